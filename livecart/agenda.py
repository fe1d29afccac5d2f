"""Which jobs have something to do, known in this process from one question to SQL at a time."""

from __future__ import annotations

import time
from collections.abc import Collection

from livecart.services.ports import Clock
from livecart.services.store import Store
from livecart.services.store_agenda import Task

# Once more after something was done: a media process that did not answer, or news that came meanwhile.
LINGER_S = 5.0
# What a job finds that SQL knows nothing of, such as media of a show that has ended.
ANYWAY_S = 10.0


class Agenda:
    """`look` often; then asking costs nothing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._until_s: dict[Task, float] = {}
        self._asked_s: dict[Task, float] = {}

    async def look(self) -> None:
        """Raises UnavailableError."""
        async with self._store.read() as tx:
            due = await tx.agenda.due(self._clock.now_ms())
        self._until_s |= dict.fromkeys(due, time.monotonic() + LINGER_S)

    def has_any(self, tasks: Collection[Task]) -> bool:
        """Whether a job for these is to run now; then it is taken to have run."""
        now_s = time.monotonic()
        waited_s = max(now_s - self._asked_s.get(task, 0.0) for task in tasks)
        if waited_s < ANYWAY_S and all(self._until_s.get(task, 0.0) <= now_s for task in tasks):
            return False
        self._asked_s |= dict.fromkeys(tasks, now_s)
        return True
