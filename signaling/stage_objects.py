"""Calls, the stage, and what somebody is in a show, in messages."""

from __future__ import annotations

from typing import Literal

import msgspec

from livecart.domain.call import Callers, CallState
from signaling.objects import Named, Person, User


class OwnMute(msgspec.Struct, frozen=True):
    """`everywhere`: in all shows; `until` null: for good."""

    everywhere: bool
    until: str | None
    reason: str


class Call(msgspec.Struct, frozen=True, omit_defaults=True):
    """A call of somebody of the audience: `position` of one that waits, `slot` of one on stage.

    `accepted`: has half a minute to publish. `green`: publishes, and the stage alone sees it. `until`: when that is
    over. Times are RFC 3339.
    """

    id: str
    show: str
    user: Person
    state: CallState
    note: str
    requested_at: str
    muted: bool
    hidden: bool
    position: int | None = None
    slot: int | None = None
    until: str | None = None
    reason: str | None = None


class OwnCall(Call, frozen=True, omit_defaults=True):
    """With what it takes to publish, for one on stage."""

    whip_url: str | None = None
    publish_token: str | None = None


class StageSlot(msgspec.Struct, frozen=True):
    """A caller whom everybody sees. `lost`: nothing comes of him, and he has some seconds to come back."""

    slot: int
    user: Named
    state: Literal["live", "lost"]
    muted: bool
    hidden: bool
    since: str
    until: str


class Stage(msgspec.Struct, frozen=True):
    """Who is on stage besides the host, and who may ask to come; of two, the one with the higher version is true."""

    slots: list[StageSlot]
    version: int
    who: Callers


class Speaker(msgspec.Struct, frozen=True):
    """Who of the stage speaks now: 0 is the host, null nobody. Told when it changes, twice a second at most; only
    where the audience hears two or more."""

    slot: int | None


class Caption(msgspec.Struct, frozen=True):
    """What the host says, as the browser of the host understands it; it goes on changing until it is `final`."""

    text: str
    final: bool


class You(msgspec.Struct, frozen=True):
    """Who the socket is, what that person may do in this show, and his call in it if he has one."""

    user: User | None
    guest: bool
    permissions: list[str]
    host: bool
    # What is for this show's staff alone and this person may do: `mute`, `delete`, `held` …
    duties: list[str]
    # Why the person may not write here, and until when.
    muted: OwnMute | None
    call: OwnCall | None
