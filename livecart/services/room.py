"""Coming into a show: a snapshot of everything in it, or only what was missed since the last time.

The log's position is read before the snapshot, so that nothing falls between the two. States that changed meanwhile
are sent again, which does no harm: they are absolute and carry a version. A chat line would show twice, so lines whose
event is still to come are left out of the snapshot: those with a higher number, and those that a relay still has to see
to, wherever they were told before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from livecart.domain.errors import UnauthenticatedError
from livecart.domain.events import LogPosition, NumberedEvent
from livecart.domain.ids import EventId, PersonId, ShowId
from livecart.domain.people import PERMISSIONS, Person
from livecart.domain.show import ShowState, ViewersPolicy
from livecart.domain.staffing import NO_STANDING, Standing
from livecart.services.call_views import stage_view
from livecart.services.calls import Calls
from livecart.services.chat_views import around, message_view, pinned_view, rules_view
from livecart.services.duel_views import duel_view
from livecart.services.offers import current_offers
from livecart.services.ports import Clock, RoomLog, ShowViews
from livecart.services.standings import Standings
from livecart.services.store import Store
from livecart.services.views import user_view
from livecart.services.views_live import duty_names, own_mute_view
from livecart.services.views_packets import packet_view

BACKLOG = 50
# For whoever was in a log that is lost: what is in the present one is told too, if that is not much older.
LONG_BACKLOG = 500
DOORS_KEPT = 10_000
# Who comes back within a minute sees how a packet ended.
CLOSED_SHOWN_MS = 60_000
PACKETS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Joined:
    """`answer` is the wire form; events up to `position` are not to be sent again."""

    position: LogPosition
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The room as everybody sees it; whoever listened before it was begun misses nothing."""

    position: LogPosition
    values: dict[str, Any]
    # Whether anybody's call is open.
    calls: bool = False


@dataclass(frozen=True, slots=True)
class _Door:
    host: PersonId
    policy: ViewersPolicy


class Room:
    def __init__(
        self, store: Store, log: RoomLog, views: ShowViews, clock: Clock, standings: Standings, calls: Calls
    ) -> None:
        self._store = store
        self._standings = standings
        self._log = log
        self._views = views
        self._clock = clock
        self._calls = calls
        self._doors: dict[ShowId, _Door] = {}

    def knows(self, show: ShowId) -> bool:
        """Whether `require` need not ask SQL."""
        return show in self._doors

    async def learn(self, show: ShowId) -> None:
        """A show keeps its host and its policy, so a storm of joins asks SQL once. Raises NotFoundError."""
        async with self._store.read() as tx:
            found = await tx.shows.get(show)
        self._doors[show] = _Door(found.creator, found.viewers_policy)
        if len(self._doors) > DOORS_KEPT:
            del self._doors[next(iter(self._doors))]

    async def require(self, show: ShowId, person: Person | None) -> bool:
        """Whether the person hosts the show. Raises NotFoundError, or UnauthenticatedError where guests may not be."""
        if show not in self._doors:
            await self.learn(show)
        door = self._doors[show]
        if door.policy is ViewersPolicy.MEMBERS and person is None:
            raise UnauthenticatedError("this show is for members; sign in to watch")
        return person is not None and person.id == door.host

    def standing(self, show: ShowId, person: Person | None) -> Standing:
        """What the person is in a show that `require` was asked for; nothing in one that was forgotten since."""
        door = self._doors.get(show)
        return NO_STANDING if door is None else self._standings.of(person, show, door.host)

    async def resume(self, show: ShowId, after: LogPosition) -> Joined | None:
        """Exactly what came since `after`, or None when that is gone. Raises UnavailableError."""
        missed = await self._log.since(show, after)
        return None if missed is None else _resumed(after, missed)

    async def personal(self, person: Person) -> list[list[Any]]:
        """What this person alone was told lately, as events: it stands in no show's log, and he may have been away."""
        told = await self._log.personal(person.id)
        return [[None, event.type, dict(event.data), event.at_ms] for event in told]

    async def snapshot(self, show: ShowId) -> Snapshot:
        """Raises NotFoundError and UnavailableError."""
        return await self._snapshot(show, await self._log.position(show), BACKLOG)

    async def long_snapshot(self, show: ShowId) -> Snapshot:
        """One in whose chat nothing is missing for whoever was there until the log began afresh. Raises the same."""
        position = await self._log.position(show)
        told = position.seq if position.seq <= LONG_BACKLOG else 0
        return await self._snapshot(show, position, BACKLOG + told)

    async def _snapshot(self, show: ShowId, position: LogPosition, backlog: int) -> Snapshot:
        values = {
            "show": await self._views.show_view(show),
            **await self._talk(position, show, backlog),
            "bag": await self._views.bag_view(show),
            "offers": await self._offers(show),
            "packets": await self._packets(show),
        }
        async with self._store.read() as tx:
            desk, calls = await tx.calls.desk(show), await tx.calls.anything(show)
            staged = [call for call in await tx.calls.staged(show) if call.seen] if calls else []
            people = await tx.people.many([call.person for call in staged]) if staged else {}
            duel = await tx.duels.together(show)
            stage = {"stage": stage_view(staged, people, desk), "duel": duel and await duel_view(tx, duel)}
        return Snapshot(position, values | stage, calls)

    async def own_call(self, show: ShowId, person: Person) -> dict[str, Any] | None:
        """One's open call with what it takes to publish."""
        found = await self._calls.own(person, show)
        call = found.pop("call")
        return None if call is None else {**call, **found}

    async def _packets(self, show: ShowId) -> list[dict[str, Any]]:
        async with self._store.read() as tx:
            found = await tx.packets.of_show(show, self._clock.now_ms() - CLOSED_SHOWN_MS, PACKETS_SHOWN)
        return [packet_view(packet) for packet in found]

    def enter(
        self, person: Person | None, snapshot: Snapshot, *, gap: bool, call: dict[str, Any] | None = None
    ) -> Joined:
        """The snapshot as the answer to one person; `gap`: he asked to resume and could not; `call` is his own."""
        position = snapshot.position
        answer = {"epoch": position.epoch, "seq": position.seq, "now_ms": self._clock.now_ms(), **snapshot.values}
        answer["you"] = self._you(person, snapshot.values["show"]) | {"call": call}
        if gap:
            answer["gap"] = True
        return Joined(position, answer)

    def _you(self, person: Person | None, show: dict[str, Any]) -> dict[str, Any]:
        """What the person may do here, from the tables that the use cases ask; and whether he may not write."""
        if person is None:
            return {"user": None, "guest": True, "permissions": [], "host": False, "duties": [], "muted": None}
        host = show["creator"]["id"]
        return {
            "user": user_view(person),
            "guest": False,
            "permissions": sorted(permission.value for permission in PERMISSIONS[person.role]),
            "host": host == person.id,
            "duties": duty_names(self._standings.of(person, ShowId(show["id"]), PersonId(host)).all),
            "muted": own_mute_view(self._standings.mute_of(person.id, ShowId(show["id"]))),
        }

    async def _offers(self, show: ShowId) -> list[dict[str, Any]]:
        async with self._store.read() as tx:
            if (await tx.shows.get(show)).state is ShowState.ENDED:
                return []
            return await current_offers(tx, show, self._clock.now_ms())

    async def _talk(self, position: LogPosition, show: ShowId, backlog: int) -> dict[str, Any]:
        """The last lines, the pinned one, the chat's rules, and the likes so far, some seconds late."""
        async with self._store.read() as tx:
            lines = await tx.chat.latest(show, backlog)
            near = await around(tx, [message for message, _ in lines])
            rules = await tx.chat_desks.rules(show)
            pinned = await pinned_view(tx, show, rules)
            likes = (await tx.figures.get(show)).likes
            events = [EventId(message.id) for message, _ in lines]
            untold = await tx.outbox.untold(events)
        numbers = await self._log.numbers(show, events)
        to_come = {
            str(event) for event in events if (numbers[event] > position.seq if event in numbers else event in untold)
        }
        chat = [message_view(message, author, near) for message, author in lines if message.id not in to_come]
        return {"likes": likes, "chat": chat, "pinned": pinned, "chat_rules": rules_view(rules)}


def _resumed(after: LogPosition, missed: Sequence[NumberedEvent]) -> Joined:
    position = missed[-1].position if missed else after
    events = [_wire(event) for event in missed]
    return Joined(position, {"epoch": position.epoch, "seq": position.seq, "events": events})


def _wire(event: NumberedEvent) -> list[Any]:
    told = event.event
    return [event.position.seq, told.type, dict(told.data), told.at_ms]
