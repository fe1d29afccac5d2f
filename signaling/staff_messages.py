"""Events that not everybody in a show gets: what its staff is told, and what an author is told of his own lines.

They are in no log: whoever was away reads what there is over HTTP.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.objects import ChatMessage, Person
from signaling.stage_objects import Call


class Held(msgspec.Struct, frozen=True):
    """To the host and moderators in the room: the filter keeps a line back. `entry` of which list it was caught by.

    All that wait are at `GET /api/v1/shows/{id}/chat/held`.
    """

    message: ChatMessage
    rule: str
    list: str
    entry: str


class HeldDecided(msgspec.Struct, frozen=True):
    """To the same: what became of a line, and by whom. One that was released comes as `chat` too."""

    id: str
    state: Literal["released", "refused"]
    by: Person


class ChatHeld(msgspec.Struct, frozen=True):
    """To the author alone: what became of the line that was answered with `held`."""

    show: str
    message: str
    state: Literal["released", "refused"]


class CallRequested(msgspec.Struct, frozen=True):
    """To the host and moderators in the room: a call is new, or has changed. `waiting` are all who ask to come.

    Of many changes of the queue within half a second only the last is told, with their number: the queue itself is at
    `GET /api/v1/shows/{id}/calls`.
    """

    call: Call
    waiting: int


class CallTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """To the person alone: what became of his call. With `publish_token` he publishes, once, by WHIP to `whip_url`."""

    call: Call
    whip_url: str | None = None
    publish_token: str | None = None
