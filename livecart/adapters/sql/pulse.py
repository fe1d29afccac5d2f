"""Whether the database still answers, by ticks of a clock: when to ask it, and when to take it for lost.

Slow is not lost: a statement may take minutes, and may wait for a lock. So nobody's patience is measured by his own
statement. While anything is under way and nothing has ended for a while, the watch asks a question on a line of its own
that any living server answers at once; only when that too is met with silence is the pulse lost. Then nothing new is
begun, and the question is asked on until it is answered: that alone brings the pulse back.

To make that line takes longer than to answer on it, by several trips to a server that may be far away, so the patience
begins with the question; for a line that cannot be made there is more of it.

Ticks are counted rather than seconds, because a process that was itself held up would blame the database for it: an
answer that came meanwhile is read before the next tick. This module does no I/O; lines.py acts on its steps.
"""

from __future__ import annotations

from enum import StrEnum

# The question is asked after so much of the patience.
_ASK_AFTER = 3
# And so many times the patience is waited while there is no line to ask on.
_MAKING_A_LINE = 10


class Step(StrEnum):
    """What the watch has to do. CUT comes once, when the pulse is lost."""

    REST = "rest"
    WAIT = "wait"
    ASK = "ask"
    CUT = "cut"


class Pulse:
    """`patience` is in ticks. `lost` until `answered()`."""

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._ask_after = max(1, patience // _ASK_AFTER)
        self._under_way = 0
        self._silent = 0
        # Whether a question was put that is not answered yet.
        self._asked = False
        self.lost = False

    def begun(self) -> None:
        if self._under_way == 0 and not self._asked:
            self._silent = 0
        self._under_way += 1

    def ended(self) -> None:
        self._under_way -= 1

    def asked(self) -> None:
        """The question was put, on a line that stands."""
        self._asked = True
        self._silent = min(self._silent, self._ask_after)

    def heard(self) -> None:
        """Something ended well, on another line than the question's."""
        self._silent = 0

    def answered(self) -> None:
        self._silent = 0
        self._asked = self.lost = False

    def tick(self) -> Step:
        if not self._under_way and not self.lost:
            return Step.REST
        self._silent += 1
        patience = self._patience * (1 if self._asked else _MAKING_A_LINE)
        if self._silent >= patience and not self.lost:
            self.lost = True
            return Step.CUT
        return Step.ASK if self.lost or self._silent >= self._ask_after else Step.WAIT
