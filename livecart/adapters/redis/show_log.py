"""The ShowLog port on Redis: show_log.lua numbers and keeps, a range of the Stream tells what came since."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from livecart.adapters.redis.connection import translated
from livecart.adapters.redis.news import (
    PERSON_CHANNEL,
    NotNews,
    body_of,
    for_people,
    person_key,
    read_body,
    show_channel,
    show_key,
    unnumbered,
)
from livecart.domain.events import LogPosition, NumberedEvent, ShowEvent
from livecart.domain.ids import EventId, PersonId, ShowId
from livecart.domain.redaction import without_deleted

# At 20 events a second this is the last 100 seconds of a room, about 600 KB.
KEPT = 2_000
# The outbox repeats an event only while its relay is failing; four logs' worth of ids outlives that.
REMEMBERED = 4 * KEPT
IDLE_S = 48 * 3600
# What a person alone was told, for when he comes back: longer than that nobody is on a train without looking anew.
PERSONAL_KEPT = 32
# One message for each event costs whoever hears them more than reading it.
TOLD_TOGETHER = 64
PERSONAL_S = 3600


class RedisShowLog:
    """`kept` events of each show can be read again. Raises UnavailableError when Redis is away."""

    def __init__(self, client: Redis, *, kept: int = KEPT) -> None:
        self._client = client
        self._kept = kept
        self._script = client.register_script(Path(__file__).with_name("show_log.lua").read_text("utf-8"))
        self._people_script = client.register_script(Path(__file__).with_name("tell_people.lua").read_text("utf-8"))

    async def publish(self, event: ShowEvent, *, epoch: str | None = None) -> LogPosition:
        if not event.numbered:
            raise ValueError(f"the event {event.type} belongs to no show's log; announce it")
        return await self._run(_show(event), event.id, body_of(event), epoch or "")

    async def announce(self, event: ShowEvent) -> None:
        with translated():
            async with self._client.pipeline(transaction=False) as pipe:
                if _is_kept(event):
                    await self._tell_people(pipe, [event])
                else:
                    _publish(pipe, event)
                await pipe.execute()

    async def tell(self, events: Sequence[ShowEvent]) -> Sequence[LogPosition | None]:
        # One round trip: waiting for each of a rush's thousands of events cost more than all of its orders.
        with translated():
            async with self._client.pipeline(transaction=False) as pipe:
                await self._tell_people(pipe, [event for event in events if _is_kept(event)])
                for event in events:
                    if event.numbered:
                        await self._script(**self._call(_show(event), event.id, body_of(event), ""), client=pipe)
                    elif not _is_kept(event):
                        _publish(pipe, event)
                # The people's answers come first, if there are any.
                answers = iter((await pipe.execute())[-sum(not _is_kept(event) for event in events) :])
        placed = [(event, () if _is_kept(event) else next(answers)) for event in events]
        return [_position(answer) if event.numbered else None for event, answer in placed]

    async def personal(self, person: PersonId) -> Sequence[ShowEvent]:
        with translated():
            entries: Any = await self._client.xrange(person_key(person))
        try:
            told = [read_body(None, fields[b"e"]) for _, fields in entries]
        except NotNews:
            return []
        # The outbox may have told some of it twice.
        return list({event.id: event for event in told}.values())

    async def position(self, show: ShowId) -> LogPosition:
        return await self._run(show, "", b"", "")

    async def since(self, show: ShowId, after: LogPosition) -> Sequence[NumberedEvent] | None:
        with translated():
            async with self._client.pipeline(transaction=True) as pipe:
                pipe.mget(show_key(show, "epoch"), show_key(show, "seq"))
                pipe.xrange(show_key(show, "log"), min=f"{after.seq + 1}-0")
                (epoch, seq), entries = await pipe.execute()
        if epoch is None or seq is None or epoch.decode() != after.epoch:
            return None
        # Trimmed, or ahead of the log: either way it is not the whole story.
        if len(entries) != int(seq) - after.seq:
            return None
        try:
            return without_deleted([_numbered(show, after.epoch, entry, fields) for entry, fields in entries])
        except NotNews:
            return None

    async def numbers(self, show: ShowId, events: Sequence[EventId]) -> Mapping[EventId, int]:
        if not events:
            return {}
        with translated():
            found = await self._client.zmscore(show_key(show, "seen"), list(events))
        return {event: int(seq) for event, seq in zip(events, found, strict=True) if seq is not None}

    async def _run(self, show: ShowId, event_id: str, body: bytes, within: str) -> LogPosition:
        with translated():
            return _position(await self._script(**self._call(show, event_id, body, within)))

    async def _tell_people(self, pipe: Pipeline, events: Sequence[ShowEvent]) -> None:
        for first in range(0, len(events), TOLD_TOGETHER):
            told = events[first : first + TOLD_TOGETHER]
            keys = [person_key(event.person) for event in told if event.person is not None]
            bodies = [body_of(event) for event in told]
            args: list[bytes | str | int] = [PERSONAL_KEPT, PERSONAL_S, PERSON_CHANNEL, *bodies]
            await self._people_script(keys=keys, args=args, client=pipe)

    def _call(self, show: ShowId, event_id: str, body: bytes, within: str) -> dict[str, Any]:
        """What the script is called with."""
        keys = [show_key(show, part) for part in ("seq", "log", "seen", "epoch")]
        fresh = secrets.token_hex(4)
        return {
            "keys": keys,
            "args": [event_id, body, fresh, self._kept, REMEMBERED, IDLE_S, show_channel(show), within],
        }


def _position(answer: Sequence[Any]) -> LogPosition:
    epoch, seq = answer
    return LogPosition(epoch.decode(), int(seq))


def _is_kept(event: ShowEvent) -> bool:
    """Whether it is for one person alone, who is told again when he comes back."""
    return event.personal and event.person is not None


def _publish(pipe: Pipeline, event: ShowEvent) -> None:
    if event.person is not None:
        pipe.publish(PERSON_CHANNEL, for_people(event))
    else:
        pipe.publish(show_channel(_show(event)), unnumbered(event))


def _show(event: ShowEvent) -> ShowId:
    if event.show is None:
        raise ValueError(f"the event {event.type} names neither a show nor a person")
    return event.show


def _numbered(show: ShowId, epoch: str, entry: bytes, fields: dict[bytes, bytes]) -> NumberedEvent:
    seq = int(entry.split(b"-")[0])
    return NumberedEvent(LogPosition(epoch, seq), read_body(show, fields[b"e"]))
