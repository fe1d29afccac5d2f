"""Runs `livecart` with a doom upon it: at a named point of its work it kills itself, or others, as kill -9 does.

    python -m tests.support.doom FILE web --http …

FILE says what is to come, and is gone once it has struck; without it nothing happens. The product knows nothing of it:
five of its functions are wrapped before it starts.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from livecart.__main__ import main
from livecart.adapters.redis.show_log import RedisShowLog
from livecart.adapters.sql.group_commit import GroupCommitter
from livecart.adapters.sql.keys import SqlKeys
from livecart.adapters.sql.outbox import SqlOutbox
from livecart.domain.batch import Verdict
from livecart.domain.books import Command
from livecart.domain.gift import Streak
from livecart.domain.gift_ending import EndStreak
from tests.support.families import kill_family


class Point(StrEnum):
    """COMMIT: everything of a batch is written but for the commit. ANSWER: it is committed, and nobody was told.

    PUBLISH: an event was taken from the outbox, and not sent. MARK: it was sent, and is not marked as sent.
    PAY and PAID are as COMMIT and ANSWER, of a batch in which a streak of gifts is paid to its host.
    """

    COMMIT = "before the commit"
    ANSWER = "after the commit, before the answer"
    PUBLISH = "before the relay publishes"
    MARK = "after it has published, before it marks"
    PAY = "before the commit that pays a streak"
    PAID = "after the commit that pays a streak"


# Those of a sale of goods.
OF_ORDERS = (Point.COMMIT, Point.ANSWER, Point.PUBLISH, Point.MARK)


class Doom:
    """Of one process at a time. The test's side: `words` go before the command of `livecart`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.words = ("-m", "tests.support.doom", str(file))

    def arm(self, point: Point, passages: int, victims: Iterable[int] = ()) -> None:
        """Strikes at the so-many-eth passage from now on: the victims and their children, or the process itself."""
        made = self._file.with_suffix(".new")
        made.write_text("\n".join([point.name, str(passages), *map(str, victims)]))
        made.replace(self._file)

    def disarm(self) -> None:
        self._file.unlink(missing_ok=True)

    @property
    def has_struck(self) -> bool:
        return not self._file.exists()


class _Fate:
    """The process's side."""

    def __init__(self, file: Path) -> None:
        self._file = file
        # Which doom it is that passages are counted for.
        self._doom = ""
        self._passages = 0

    def pass_by(self, point: Point) -> None:
        try:
            doom = self._file.read_text()
        except FileNotFoundError:
            return
        name, passages, *victims = doom.split("\n")
        if name != point.name:
            return
        if doom != self._doom:
            self._doom, self._passages = doom, 0
        self._passages += 1
        if self._passages >= int(passages):
            self._doom = ""
            self._file.unlink()
            for victim in victims:
                kill_family(int(victim))
            if not victims:
                os.kill(os.getpid(), signal.SIGKILL)


def _wrap(
    owner: type[Any],
    name: str,
    *,
    before: Callable[..., None] | None = None,
    after: Callable[..., None] | None = None,
) -> None:
    """Both are told what the function is called with."""
    work: Callable[..., Awaitable[Any]] = getattr(owner, name)

    async def wrapped(*arguments: Any, **named: Any) -> Any:
        if before is not None:
            before(*arguments)
        result = await work(*arguments, **named)
        if after is not None:
            after(*arguments)
        return result

    setattr(owner, name, wrapped)


def _lay(fate: _Fate) -> None:
    # The last thing that a batch does in its transaction.
    _wrap(SqlKeys, "keep", after=lambda *_: fate.pass_by(Point.COMMIT))
    _wrap(GroupCommitter, "_commit", after=lambda *_: fate.pass_by(Point.ANSWER))
    _wrap(RedisShowLog, "tell", before=lambda *_: fate.pass_by(Point.PUBLISH))
    _wrap(SqlOutbox, "mark_published", before=lambda *_: fate.pass_by(Point.MARK))

    def paying(_: object, commands: Sequence[Command[Any]]) -> None:
        if any(isinstance(command, EndStreak) for command in commands):
            fate.pass_by(Point.PAID)

    def written(_: object, __: object, verdict: Verdict, *___: object) -> None:
        if any(isinstance(change.answer, Streak) and not change.answer.is_open for change in verdict.changes):
            fate.pass_by(Point.PAY)

    _wrap(GroupCommitter, "_commit", after=paying)
    _wrap(GroupCommitter, "_write", after=written)


def run(words: list[str]) -> int:
    """`words`: FILE and the command line."""
    _lay(_Fate(Path(words[0])))
    return main(words[1:])


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
