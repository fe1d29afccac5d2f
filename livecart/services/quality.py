"""Which picture sizes a viewer gets: what the line carries, or what the person pinned; none larger than it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from livecart.domain.errors import InvalidError
from livecart.domain.ids import ShowId
from livecart.services.ports import MediaGateway

# Of the host's or a caller's sizes: how much of the way from the smallest to the largest is of any use.
SIZES: dict[str, float] = {"small": 0.0, "medium": 0.5, "large": 1.0}

# How people name the choice → how the media process does; None lets it follow the line.
LAYERS: dict[str, str | None] = {"auto": None, "low": "low", "mid": "mid", "high": "high"}


class Quality:
    def __init__(self, media: MediaGateway) -> None:
        self._media = media

    async def choose(self, show: ShowId, session: str, layer: str) -> None:
        """Pins what the viewer's session is sent, or lets the relay choose again.

        Whoever knows the session's id may do so: it has 256 random bits, as for PATCH and DELETE. The show is the one
        that the asking socket is in; a session of another show is not found. Raises InvalidError (no such layer, or
        the session publishes), NotFoundError and UnavailableError.
        """
        if layer not in LAYERS:
            raise InvalidError("the quality is one of auto, low, mid and high", fields={"layer": " | ".join(LAYERS)})
        await self._media.pin(show, session, LAYERS[layer])

    async def arrange(self, show: ShowId, session: str, sizes: Sequence[str]) -> None:
        """Tells how large a viewer's page shows each slot, so that a small tile is sent a small picture. Raises as
        `choose`."""
        if any(size not in SIZES for size in sizes):
            raise InvalidError("a tile is large, medium or small", fields={"sizes": " | ".join(SIZES)})
        await self._media.arrange(show, session, [SIZES[size] for size in sizes])
