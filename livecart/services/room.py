"""Coming into a show: a snapshot of everything in it, or only what was missed since the last time.

The log's position is read before the snapshot, so that nothing falls between the two. States that changed meanwhile
are sent again, which does no harm: they are absolute and carry a version. A chat line would show twice, so lines whose
event is still to come are left out of the snapshot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from livecart.domain.errors import UnauthenticatedError
from livecart.domain.events import LogPosition, NumberedEvent
from livecart.domain.ids import EventId, ShowId
from livecart.domain.people import PERMISSIONS, Person
from livecart.domain.show import ViewersPolicy
from livecart.services.chat import message_view
from livecart.services.ports import Clock, ShowLog, ShowViews, Store
from livecart.services.views import user_view

BACKLOG = 50
# A line is published within milliseconds of its commit. One that has no number after this long never got one, or its
# log was lost, and the snapshot is the only place where it can be seen.
UNTOLD_MS = 2_000


@dataclass(frozen=True, slots=True)
class Joined:
    """`answer` is the wire form; events up to `position` are not to be sent again."""

    position: LogPosition
    answer: dict[str, Any]


class Room:
    def __init__(self, store: Store, log: ShowLog, views: ShowViews, clock: Clock) -> None:
        self._store = store
        self._log = log
        self._views = views
        self._clock = clock

    async def require(self, show: ShowId, person: Person | None) -> None:
        """Raises NotFoundError, or UnauthenticatedError for a guest in a show for members only."""
        async with self._store.read() as tx:
            found = await tx.shows.get(show)
        if found.viewers_policy is ViewersPolicy.MEMBERS and person is None:
            raise UnauthenticatedError("this show is for members; sign in to watch")

    async def join(self, person: Person | None, show: ShowId, after: LogPosition | None) -> Joined:
        """With `after`: exactly what came since then, or a snapshot marked `gap` when that is gone.

        Raises NotFoundError and UnavailableError. Who may come in at all is asked with `require`.
        """
        if after is not None:
            missed = await self._log.since(show, after)
            if missed is not None:
                return _resumed(after, missed)
        position = await self._log.position(show)
        answer = await self._snapshot(person, position, show)
        if after is not None:
            answer["gap"] = True
        return Joined(position, {"epoch": position.epoch, "seq": position.seq, **answer})

    async def _snapshot(self, person: Person | None, position: LogPosition, show: ShowId) -> dict[str, Any]:
        view = await self._views.show_view(show)
        bag = await self._views.bag_view(show)
        return {
            "now_ms": self._clock.now_ms(),
            "show": view,
            "you": you_view(person, view),
            "chat": await self._backlog(position, show),
            "bag": bag,
            "stage": [],
            "packets": [],
        }

    async def _backlog(self, position: LogPosition, show: ShowId) -> list[dict[str, Any]]:
        async with self._store.read() as tx:
            lines = await tx.chat.latest(show, BACKLOG)
        since_ms = self._clock.now_ms() - UNTOLD_MS
        young = [EventId(message.id) for message, _ in lines if message.at_ms > since_ms]
        numbers = await self._log.numbers(show, young)
        to_come = {event for event in young if numbers.get(event, position.seq + 1) > position.seq}
        return [message_view(message, author) for message, author in lines if message.id not in to_come]


def you_view(person: Person | None, show: dict[str, Any]) -> dict[str, Any]:
    """What the person may do here; the same table that the use cases ask."""
    if person is None:
        return {"user": None, "guest": True, "permissions": [], "host": False}
    return {
        "user": user_view(person),
        "guest": False,
        "permissions": sorted(permission.value for permission in PERMISSIONS[person.role]),
        "host": show["creator"]["id"] == person.id,
    }


def _resumed(after: LogPosition, missed: Sequence[NumberedEvent]) -> Joined:
    position = missed[-1].position if missed else after
    events = [_wire(event) for event in missed]
    return Joined(position, {"epoch": position.epoch, "seq": position.seq, "events": events})


def _wire(event: NumberedEvent) -> list[Any]:
    told = event.event
    return [event.position.seq, told.type, dict(told.data), told.at_ms]
