"""The wall of live shows: what moderators see of each at a glance, and the pictures that are taken while they look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from livecart.domain.errors import NotFoundError
from livecart.domain.ids import ShowId
from livecart.domain.key_frame import assemble
from livecart.domain.people import Permission, Person
from livecart.domain.show import ShowState
from livecart.services.moderation_log import CASES
from livecart.services.ports import Clock, Presence
from livecart.services.ports_wall import StillDrawing, StillSource, WallBoard, WallPicture
from livecart.services.store import Page, Store
from livecart.services.store_desk import DeskReading, Verdict
from livecart.services.views import rfc3339, show_view

MINUTE_MS = 60_000
VERDICTS_EACH = 3
SHOWS_MAX = 1_000
ON_THE_WALL = [ShowState.LIVE, ShowState.INTERRUPTED]


@dataclass(frozen=True, slots=True)
class WallSources:
    store: Store
    clock: Clock
    presence: Presence
    desk: DeskReading
    board: WallBoard


class Wall:
    def __init__(self, sources: WallSources) -> None:
        self._from = sources

    async def look(self, person: Person, page: Page) -> tuple[list[dict[str, Any]], str | None]:
        """Every live show, newest first, with the next cursor; pictures are taken from now on.

        Raises ForbiddenError, UnavailableError.
        """
        person.require(Permission.MODERATE_CHAT)
        await self._from.board.look()
        async with self._from.store.read() as tx:
            found = await tx.shows.search(replace(page, limit=page.limit + 1), states=ON_THE_WALL)
            shown = found[: page.limit]
            hosts = await tx.people.many([show.creator for show in shown])
            names = [show.id for show in shown]
            open_reports = await tx.reports.open_by_show(names)
        said = await self._from.desk.said_since(names, self._from.clock.now_ms() - MINUTE_MS)
        verdicts = await self._from.desk.verdicts_on(sorted(hosts), CASES, VERDICTS_EACH)
        times = await self._from.board.times(names)
        views = []
        for show in shown:
            viewers = await self._from.presence.viewers(show.id)
            view = {
                "show": show_view(show, hosts[show.creator], viewers),
                "picture_at": rfc3339(times.get(show.id)),
                "chat_per_minute": said.get(show.id, 0),
                "open_reports": open_reports.get(show.id, 0),
                "rulings": _verdict_views(verdicts.get(show.creator, ())),
            }
            views.append(view)
        return views, shown[-1].id if len(found) > len(shown) else None

    async def picture(self, person: Person, show: ShowId) -> WallPicture:
        """Raises ForbiddenError, NotFoundError, UnavailableError."""
        person.require(Permission.MODERATE_CHAT)
        found = await self._from.board.find(show)
        if found is None:
            raise NotFoundError("there is no picture of this show now")
        return found


class WallCamera:
    """Takes the pictures, while somebody looks."""

    def __init__(self, store: Store, board: WallBoard, source: StillSource, drawing: StillDrawing) -> None:
        self._store = store
        self._board = board
        self._source = source
        self._drawing = drawing

    async def due(self) -> Sequence[ShowId]:
        """The shows whose next picture this process is to take. Raises UnavailableError."""
        if not await self._board.is_looked_at():
            await self._drawing.close()
            return ()
        async with self._store.read() as tx:
            live = await tx.shows.search(Page(SHOWS_MAX), states=[ShowState.LIVE])
        return [show.id for show in live if await self._board.take_turn(show.id)]

    async def take(self, show: ShowId) -> None:
        """Nothing is kept where no key frame has come. Raises InvalidError `bad_key_frame`, UnavailableError."""
        still = await self._source.still(show)
        if still is not None:
            jpeg = await self._drawing.draw(still.codec, assemble(still.codec, still.payloads))
            await self._board.keep(show, WallPicture(still.at_ms, jpeg))


def _verdict_views(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    return [
        {"number": verdict.number, "at": rfc3339(verdict.at_ms), "kind": verdict.kind, "code": verdict.code}
        for verdict in verdicts
    ]
