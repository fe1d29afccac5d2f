"""What is asked about calls of the audience and about the stage. Registered in messages.py; `user` is a person's id."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signaling.fields import TEXT_MAX, Id

Text = Annotated[str, Meta(max_length=TEXT_MAX)]


CAPTION_MAX = 200
TileSize = Literal["large", "medium", "small"]


class Tiles(msgspec.Struct, frozen=True):
    """How large this page shows whom, from slot 0 on: a small picture needs no more than the smallest size of it.

    `session` is that of `quality`. Until it is told slot 0 is large and all others are small.
    """

    session: Id
    sizes: Annotated[list[TileSize], Meta(min_length=1, max_length=4)]


class CaptionSend(msgspec.Struct, frozen=True):
    """The host's own words, to be read by whoever wants to. Each replaces the last one that was not `final`."""

    text: Annotated[str, Meta(min_length=1, max_length=CAPTION_MAX)]
    final: bool


class CallRequest(msgspec.Struct, frozen=True):
    """Asks to come on stage, or accepts the invitation to it."""

    note: Text | None = None


class CallCancel(msgspec.Struct, frozen=True):
    """Takes one's request back, refuses an invitation, or leaves the stage."""


class CallInvite(msgspec.Struct, frozen=True):
    """The staff asks somebody, who answers with `call.request` or `call.cancel`."""

    user: Id


class CallAccept(msgspec.Struct, frozen=True):
    """The staff takes a request: the person is told a token to publish with, and has half a minute to come."""

    user: Id


class CallDecline(msgspec.Struct, frozen=True):
    user: Id
    reason: Text | None = None


class CallAdmit(msgspec.Struct, frozen=True):
    """From the green room before the audience."""

    user: Id


class CallMute(msgspec.Struct, frozen=True):
    """Nobody hears him, whatever his page does."""

    user: Id
    muted: bool


class CallHide(msgspec.Struct, frozen=True):
    """The stage sees and hears him, the audience does not."""

    user: Id
    hidden: bool


class CallEnd(msgspec.Struct, frozen=True):
    """Somebody's call as staff, or one's own."""

    user: Id | None = None
