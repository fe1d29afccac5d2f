"""What the clock, the likes and the media processes do to duels.

SQL says which host is to be seen in which show; media processes say who is. Where they differ for whatever reason (a
web process was killed between the two, a media process was, Redis was away) the media processes are told again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from livecart.domain.duel import Duel, DuelState, DuelStep, Side
from livecart.domain.errors import ConflictError, LivecartError, NotFoundError, UnavailableError
from livecart.domain.events import ShowEvent
from livecart.domain.ids import DuelId, EventId, PersonId, ShowId
from livecart.domain.show import Show, ShowState
from livecart.services.duel_book import SCORE
from livecart.services.duel_views import score_view
from livecart.services.duels import DuelPorts, DuelTerms, lock_shows
from livecart.services.ports import ShowLog
from livecart.services.ports_duels import Pulled, Scores

# A pull from which nothing comes though its show is live is made anew.
BARREN_MS = 6_000


class DuelKeeping:
    """May run twice at once: each change looks again at the duel as it is then."""

    def __init__(self, ports: DuelPorts, terms: DuelTerms, scores: Scores, log: ShowLog) -> None:
        self._store = ports.store
        self._clock = ports.clock
        self._ids = ports.ids
        self._media = ports.media
        self._book = ports.book
        self._after_ms = terms.after_ms
        self._scores = scores
        self._log = log
        # Since when nothing comes of a pull.
        self._barren_ms: dict[tuple[ShowId, int], int] = {}

    async def run_once(self) -> None:
        """Raises UnavailableError; what can be done without media processes is done before."""
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:
            duels = list(await tx.duels.all_open())
            shows = {side.show: await tx.shows.get(side.show) for duel in duels for side in duel.sides}
            hosts = {side.host for duel in duels for side in duel.sides}
            banned = set(await tx.bans.among(sorted(hosts), now_ms)) if hosts else set()
        standing = []
        for duel in duels:
            kept = duel
            why = next((why for side in duel.sides if (why := _gone(shows[side.show], side, banned))), None)
            if why is not None:
                kept = await self._change(duel.id, lambda found, why=why: _called_off(found, why, now_ms)) or duel  # type: ignore[misc]
            elif duel.state is DuelState.RUNNING:
                kept = await self._count(duel, now_ms)
            if kept.due(now_ms, self._after_ms) is not None:
                kept = await self._change(duel.id, lambda found: found.due(now_ms, self._after_ms)) or kept
            if kept.together:
                standing.append(await self._look(kept, shows, now_ms))
        await self._compare(standing, shows, now_ms)

    async def _count(self, duel: Duel, now_ms: int) -> Duel:
        """The score as it is now; where nobody can say, as it was."""
        assert duel.until_ms is not None
        try:
            home, away = [await self._scores.open(side.show, duel.id, duel.until_ms, side.score) for side in duel.sides]
        except UnavailableError:
            return duel
        if duel.counted(home, away) == duel:
            return duel
        async with self._store.write() as tx:
            await lock_shows(tx, duel.home.show, duel.away.show)
            found = (await tx.duels.get(duel.id)).counted(home, away)
            await tx.duels.save(found)
        for side in duel.sides:
            event = ShowEvent(EventId(self._ids.new()), side.show, SCORE, score_view(found), now_ms)
            with contextlib.suppress(UnavailableError):
                await self._log.announce(event)
        return found

    async def _look(self, duel: Duel, shows: dict[ShowId, Show], now_ms: int) -> Duel:
        """Whose pictures come, as the rooms are told."""
        lost = [shows[side.show].state is not ShowState.LIVE for side in duel.sides]
        if duel.seen(now_ms, home_lost=lost[0], away_lost=lost[1]) is duel:
            return duel
        changed = await self._change(
            duel.id, lambda found: _told(found, found.seen(now_ms, home_lost=lost[0], away_lost=lost[1]))
        )
        return changed or duel

    async def _compare(self, duels: list[Duel], shows: dict[ShowId, Show], now_ms: int) -> None:
        wanted = {(side.show, side.slot): duel.other(side.show) for duel in duels for side in duel.sides if side.slot}
        there = {(each.show, each.slot): each for each in await self._media.pulled()}
        self._barren_ms = {place: since_ms for place, since_ms in self._barren_ms.items() if place in there}
        for place, pulled in there.items():
            other = wanted.get((pulled.show, pulled.slot))
            if other is None or other.show != pulled.source or self._useless(pulled, shows, now_ms):
                self._barren_ms.pop(place, None)
                with contextlib.suppress(LivecartError):
                    await self._media.unpull(pulled.show, pulled.slot, pulled.source)
                    there = {key: each for key, each in there.items() if key != place}
        for (show, slot), other in wanted.items():
            if slot is not None and (show, slot) not in there:
                # Refused while the media process does not know yet that a caller has left.
                with contextlib.suppress(NotFoundError, ConflictError, UnavailableError):
                    await self._media.pull(show, slot, other.show, other.host)

    def _useless(self, pulled: Pulled, shows: dict[ShowId, Show], now_ms: int) -> bool:
        """Its process died, or the show is at another one; or nothing comes though there is something."""
        place = pulled.show, pulled.slot
        if pulled.live or shows[pulled.source].state is not ShowState.LIVE:
            self._barren_ms.pop(place, None)
            return pulled.astray
        return pulled.astray or now_ms - self._barren_ms.setdefault(place, now_ms) > BARREN_MS

    async def _change(self, duel_id: DuelId, decide: Callable[[Duel], Duel | None]) -> Duel | None:
        """Under the locks of both shows; whoever was faster has decided. None if nothing was changed."""
        async with self._store.write() as tx:
            found = await tx.duels.get(duel_id)
            await lock_shows(tx, found.home.show, found.away.show)
            before = await tx.duels.get(duel_id)
            duel = decide(before)
            if duel is None:
                return None
            await self._book.change(tx, duel)
        for side in duel.sides if before.together and not duel.together else ():
            if side.slot is not None:
                with contextlib.suppress(NotFoundError, UnavailableError):
                    await self._media.unpull(side.show, side.slot, duel.other(side.show).show)
        return duel


def _gone(show: Show, side: Side, banned: set[PersonId]) -> str | None:
    if show.state is ShowState.ENDED:
        return "show_ended"
    return "banned" if side.host in banned else None


def _called_off(duel: Duel, why: str, now_ms: int) -> Duel | None:
    if duel.state is DuelState.INVITED:
        return duel.advance(DuelStep.CANCEL, now_ms, reason=why)
    return duel.advance(DuelStep.END, now_ms, reason=why) if duel.together else None


def _told(before: Duel, duel: Duel) -> Duel | None:
    return duel if duel is not before and duel.together else None
