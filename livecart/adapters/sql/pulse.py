"""Whether the database still answers, by ticks of a clock: when to ask it, and when to take it for lost.

Slow is not lost: a statement may take minutes, and may wait for a lock. So nobody's patience is measured by his own
statement. While anything is under way and nothing has ended for a while, the watch asks a question on a line of its own
that any living server answers at once; only when that too is met with silence is the pulse lost. Then nothing new is
begun, and the question is asked on until it is answered: that alone brings the pulse back.

Ticks are counted rather than seconds, because a process that was itself held up would blame the database for it: an
answer that came meanwhile is read before the next tick. This module does no I/O; lines.py acts on its steps.
"""

from __future__ import annotations

from enum import StrEnum

# The question is asked after so much of the patience.
_ASK_AFTER = 3


class Step(StrEnum):
    """What the watch has to do. CUT comes once, when the pulse is lost."""

    REST = "rest"
    WAIT = "wait"
    ASK = "ask"
    CUT = "cut"


class Pulse:
    """`patience` is in ticks. `lost` until somebody calls `heard()`."""

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._ask_after = max(1, patience // _ASK_AFTER)
        self._under_way = 0
        self._silent = 0
        self.lost = False

    def begun(self) -> None:
        if self._under_way == 0 and not self.lost:
            self._silent = 0
        self._under_way += 1

    def ended(self) -> None:
        self._under_way -= 1

    def heard(self) -> None:
        """The database answered, on whatever line."""
        self._silent = 0
        self.lost = False

    def tick(self) -> Step:
        if not self._under_way and not self.lost:
            return Step.REST
        self._silent += 1
        if self._silent >= self._patience and not self.lost:
            self.lost = True
            return Step.CUT
        return Step.ASK if self.lost or self._silent >= self._ask_after else Step.WAIT
