"""A peer in its show, and what happens to it that others want to know."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from media.core.ice import IceSession
from media.peer import Peer
from media.publisher import Publisher
from media.shows import Show
from media.viewer import Viewer


@dataclass(frozen=True, slots=True)
class MediaEvent:
    """Something the rest of the system wants to know: `publisher.live`, `.silent`, `.gone`, `viewer.gone`, and
    `speaker`: the slot that speaks, None for nobody."""

    type: str
    show: str
    session: str
    slot: int | None


@dataclass(slots=True, eq=False)
class Session:
    """One peer in its show; `task` is its life, `slot` the publisher's or 0, `ufrag` the peer's own. `former` are
    credentials from before an ICE restart, good until the peer has chosen a path with the new ones."""

    peer: Peer
    show: Show
    role: Publisher | Viewer
    slot: int
    ufrag: str | None
    task: asyncio.Task[None]
    former: IceSession[Peer] | None = None
