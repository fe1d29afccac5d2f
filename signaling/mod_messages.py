"""What moderators and a show's staff ask for over the socket, and what is told of it. Each request runs the use case of
its HTTP route."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signaling.fields import Id
from signaling.objects import Person

_Words = Annotated[str, Meta(max_length=4_000)]
Minutes = Annotated[int, Meta(ge=1, le=525_600)]


class _Request(msgspec.Struct, frozen=True):
    pass


class ModMute(_Request, frozen=True):
    """Somebody may not write in this show, or `everywhere`; without `minutes` for good, in a show to its end."""

    person: Id
    reason: _Words
    minutes: Minutes | None = None
    everywhere: bool = False


class ModUnmute(_Request, frozen=True):
    person: Id
    everywhere: bool = False


class ModBan(_Request, frozen=True):
    """Somebody may not be in this show, nor get its media; `everywhere`: not sign in at all, for moderators."""

    person: Id
    reason: _Words
    minutes: Minutes | None = None
    everywhere: bool = False


class ModUnban(_Request, frozen=True):
    person: Id
    everywhere: bool = False


class ModWarn(_Request, frozen=True):
    """Tells the host alone; with `minutes` the show is stopped then, unless the warning is withdrawn."""

    code: Id
    text: _Words
    minutes: Minutes | None = None


class ModStop(_Request, frozen=True):
    """Ends the show for good."""

    code: Id
    reason: _Words


class Sanction(msgspec.Struct, frozen=True):
    """A mute or a ban. `show` null: everywhere; `until` null: for good; `by` null: the operator."""

    id: str
    kind: Literal["mute", "ban"]
    user: Person
    show: str | None
    by: Person | None
    reason: str
    at: str
    until: str | None


class UserMuted(msgspec.Struct, frozen=True):
    """How it is from now on. To the room without the reason, and to the person himself with it."""

    user: Person
    muted: bool
    everywhere: bool
    until: str | None
    reason: str | None


class YourDuties(msgspec.Struct, frozen=True):
    """To somebody in a show alone: what he may do there as its staff has changed, to this."""

    duties: list[str]


class HostWarning(msgspec.Struct, frozen=True):
    """To the host alone, who has to confirm it: `POST /api/v1/shows/{id}/warnings/{warning}/acknowledge`.

    At `deadline` the show is stopped, unless it was withdrawn. All of them are at `GET /api/v1/shows/{id}/warnings`.
    """

    id: str
    show: str
    code: str
    text: str
    at: str
    deadline: str | None
    acknowledged_at: str | None
    withdrawn_at: str | None


class ShowStopped(msgspec.Struct, frozen=True):
    """To the host alone: why his show was ended."""

    show: str
    code: str
    reason: str
    at: str
