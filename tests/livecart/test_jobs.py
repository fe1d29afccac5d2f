"""Shows follow their media: what several media processes report, and which of their sessions are closed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from livecart.adapters.redis.media_nodes import NodeReport
from livecart.adapters.sql.database import Database
from livecart.adapters.system import RandomIds
from livecart.domain.ids import ShowId
from livecart.domain.show import ShowState
from livecart.jobs import Jobs
from livecart.services.shows import Shows
from tests.support.shop import ENDED_SHOW, SHOW, Shop, open_shop


class MediaPlane:
    """Reports and places as a test wants them; what was closed is kept in `cleared`."""

    def __init__(self) -> None:
        self.nodes: dict[str, dict[str, str]] = {}
        self.placed: dict[str, str] = {}
        self.cleared: list[tuple[str, str]] = []

    async def reports(self) -> list[NodeReport]:
        return [
            NodeReport(node, 0.0, {show: {"state": state} for show, state in shows.items()}, {})
            for node, shows in self.nodes.items()
        ]

    async def places(self, shows: Iterable[ShowId]) -> dict[ShowId, str]:
        return {show: self.placed[show] for show in shows if show in self.placed}

    async def clear_show(self, node: str, show: ShowId) -> None:
        self.cleared.append((node, show))


class Rig:
    def __init__(self, shop: Shop) -> None:
        self.media = MediaPlane()
        self._store = shop.store
        plane = cast("Any", self.media)
        self.shows = Shows(shop.store, shop.clock, RandomIds(), cast("Any", SimpleNamespace()), plane)
        nothing = cast("Any", SimpleNamespace())
        self._jobs = Jobs(nothing, shop.orders, nothing, self.shows, plane, nothing, shop.clock, None, nothing)

    async def follow(self) -> str:
        """One round; the show's state after it."""
        await self._jobs._follow_media()
        return (await self.shows.open_states())[SHOW].value

    async def told(self) -> list[dict[str, Any]]:
        async with self._store.read() as tx:
            return [dict(event.data) for _, event in await tx.outbox.unpublished(100) if event.type == "show.state"]


@pytest.fixture
async def rig(database: Database) -> AsyncIterator[Rig]:
    async with open_shop(database) as shop:
        made = Rig(shop)
        if (await made.shows.open_states())[SHOW] is ShowState.LIVE:
            await made.shows.media_reported(SHOW, flowing=False)
        async with shop.store.write() as tx:
            await tx.outbox.mark_published([number for number, _ in await tx.outbox.unpublished(100)])
        yield made


async def test_a_show_is_live_while_the_process_that_it_is_placed_on_says_so(rig: Rig) -> None:
    rig.media.nodes, rig.media.placed = {"a": {SHOW: "live"}, "b": {}}, {SHOW: "a"}
    assert await rig.follow() == "live"
    rig.media.nodes["a"] = {SHOW: "silent"}
    assert await rig.follow() == "interrupted"
    assert await rig.told() == [{"state": "live"}, {"state": "interrupted", "cause": "host_silent"}]
    assert rig.media.cleared == []


async def test_a_dead_process_is_the_cause_of_the_interruption(rig: Rig) -> None:
    rig.media.nodes, rig.media.placed = {"a": {SHOW: "live"}, "b": {}}, {SHOW: "a"}
    await rig.follow()
    del rig.media.nodes["a"]
    assert await rig.follow() == "interrupted"
    assert (await rig.told())[-1] == {"state": "interrupted", "cause": "media_lost"}


async def test_a_process_that_slept_while_its_show_moved_loses_the_sessions_and_says_nothing_about_the_show(
    rig: Rig,
) -> None:
    rig.media.nodes, rig.media.placed = {"a": {SHOW: "live"}, "b": {SHOW: "waiting"}}, {SHOW: "b"}
    assert await rig.follow() != "live"
    assert rig.media.cleared == [("a", SHOW)]


async def test_a_show_whose_place_redis_forgot_stays_live(rig: Rig) -> None:
    rig.media.nodes, rig.media.placed = {"a": {SHOW: "live"}}, {SHOW: "a"}
    await rig.follow()
    rig.media.placed = {}
    assert await rig.follow() == "live"
    assert rig.media.cleared == []


async def test_sessions_of_a_show_that_ended_are_closed_wherever_they_are(rig: Rig) -> None:
    rig.media.nodes = {"a": {ENDED_SHOW: "live"}, "b": {ENDED_SHOW: "silent"}}
    await rig.follow()
    assert rig.media.cleared == [("a", ENDED_SHOW), ("b", ENDED_SHOW)]
