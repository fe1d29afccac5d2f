"""How an event looks inside Redis: `<epoch> <seq> <msgpack>` on a channel, the msgpack part alone in the Stream.

An event without a number has `-` in both places. What people alone are told comes as a msgpack array of such events.
Names of keys and channels are made here and nowhere else.
"""

from __future__ import annotations

from typing import Any

import msgspec

from livecart.domain.events import LogPosition, NumberedEvent, ShowEvent
from livecart.domain.ids import EventId, PersonId, ShowId

PERSON_CHANNEL = "livecart:person"
_NO_NUMBER = b"- - "


class _Body(msgspec.Struct, array_like=True):
    id: str
    type: str
    data: dict[str, Any]
    at_ms: int
    person: str | None = None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Body)
_people_decoder = msgspec.msgpack.Decoder(list[_Body])


class NotNews(Exception):  # noqa: N818 -- says what arrived, not what failed
    """Something on our channel that no livecart process wrote."""


def show_key(show: ShowId, part: str) -> str:
    return f"livecart:{{{show}}}:{part}"


def show_channel(show: ShowId) -> str:
    return show_key(show, "news")


def person_key(person: PersonId) -> str:
    """Of what this person alone was told lately."""
    return f"livecart:{{person:{person}}}:log"


def show_of(channel: str) -> ShowId:
    """The show that a channel of `show_channel` belongs to."""
    return ShowId(channel.removeprefix("livecart:{").removesuffix("}:news"))


def body_of(event: ShowEvent) -> bytes:
    return _encoder.encode(_packed(event))


def for_people(event: ShowEvent) -> bytes:
    """A message of one event; tell_people.lua makes those of many."""
    return _encoder.encode([_packed(event)])


def unnumbered(event: ShowEvent) -> bytes:
    return _NO_NUMBER + body_of(event)


def read_body(show: ShowId | None, body: bytes) -> ShowEvent:
    """Raises NotNews."""
    try:
        return _event(show, _decoder.decode(body))
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise NotNews("not an event") from error


def read_people(message: bytes) -> list[ShowEvent]:
    """Raises NotNews."""
    if message.startswith(_NO_NUMBER):
        # From jobs of an older version, while a shop is upgraded.
        return [read_body(None, message.removeprefix(_NO_NUMBER))]
    try:
        return [_event(None, body) for body in _people_decoder.decode(message)]
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise NotNews("not events") from error


def read_message(show: ShowId, message: bytes) -> NumberedEvent | ShowEvent:
    """Raises NotNews."""
    try:
        epoch, seq, body = message.split(b" ", 2)
        if epoch == b"-":
            return read_body(show, body)
        return NumberedEvent(LogPosition(epoch.decode("ascii"), int(seq)), read_body(show, body))
    except (ValueError, UnicodeError) as error:
        raise NotNews("not an event") from error


def _packed(event: ShowEvent) -> _Body:
    return _Body(event.id, event.type, dict(event.data), event.at_ms, event.person)


def _event(show: ShowId | None, body: _Body) -> ShowEvent:
    person = None if body.person is None else PersonId(body.person)
    return ShowEvent(EventId(body.id), show, body.type, body.data, body.at_ms, person)
