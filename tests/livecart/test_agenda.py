"""When a job runs: while there is something to do, a little longer, and now and then anyway."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from livecart import agenda
from livecart.agenda import ANYWAY_S, LINGER_S, Agenda
from livecart.services.store_agenda import Task


class Rig:
    """What SQL says is due, and a clock that a test moves."""

    def __init__(self) -> None:
        self.due: frozenset[Task] = frozenset()
        self.now_s = 1_000.0
        clock = SimpleNamespace(now_ms=lambda: round(self.now_s * 1000))
        self.agenda = Agenda(cast("Any", self), cast("Any", clock))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Any]:
        async def due(now_ms: int) -> frozenset[Task]:
            assert now_ms == round(self.now_s * 1000)
            return self.due

        yield SimpleNamespace(agenda=SimpleNamespace(due=due))


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Rig:
    made = Rig()
    monkeypatch.setattr(agenda, "time", SimpleNamespace(monotonic=lambda: made.now_s))
    return made


async def test_a_job_runs_at_first_and_then_while_there_is_something_to_do_and_a_little_longer(rig: Rig) -> None:
    both = [Task.CALLS, Task.CALL_QUEUES]
    assert rig.agenda.has_any(both)
    await rig.agenda.look()
    assert not rig.agenda.has_any(both)
    rig.due = frozenset({Task.CALL_QUEUES})
    await rig.agenda.look()
    assert rig.agenda.has_any(both)
    assert rig.agenda.has_any(both)
    rig.due = frozenset()
    rig.now_s += LINGER_S - 0.1
    await rig.agenda.look()
    assert rig.agenda.has_any(both)
    rig.now_s += 0.2
    assert not rig.agenda.has_any(both)


async def test_a_job_runs_now_and_then_although_there_is_nothing(rig: Rig) -> None:
    assert rig.agenda.has_any([Task.SHOWS])
    rig.now_s += ANYWAY_S - 0.1
    await rig.agenda.look()
    assert not rig.agenda.has_any([Task.SHOWS])
    rig.now_s += 0.2
    assert rig.agenda.has_any([Task.SHOWS])
    assert not rig.agenda.has_any([Task.SHOWS])
