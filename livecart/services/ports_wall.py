"""What the wall of live shows needs besides SQL: key frames, something that draws them, and where pictures are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.ids import ShowId


@dataclass(frozen=True, slots=True)
class Still:
    """A key frame as RTP payloads, not decoded, and when it came."""

    codec: str
    payloads: tuple[bytes, ...]
    at_ms: int


@dataclass(frozen=True, slots=True)
class WallPicture:
    at_ms: int
    jpeg: bytes


class StillSource(Protocol):
    async def still(self, show: ShowId) -> Still | None:
        """The host's newest key frame, None when there is none. Raises UnavailableError."""
        ...


class StillDrawing(Protocol):
    async def draw(self, codec: str, frame: bytes) -> bytes:
        """A JPEG of at most 30 KB. Raises InvalidError `bad_key_frame`."""
        ...

    async def close(self) -> None:
        """Gives back what drawing needs; the next picture takes it again."""
        ...


class WallBoard(Protocol):
    """Pictures, which are gone after a minute, and whether anybody looks. Raises UnavailableError."""

    async def look(self) -> None:
        """Somebody looks, and will for half a minute."""
        ...

    async def is_looked_at(self) -> bool: ...

    async def take_turn(self, show: ShowId) -> bool:
        """Whether it is time for this show's next picture; true for one who asks, and then not for ten seconds."""
        ...

    async def keep(self, show: ShowId, picture: WallPicture) -> None: ...

    async def find(self, show: ShowId) -> WallPicture | None: ...

    async def times(self, shows: Sequence[ShowId]) -> Mapping[ShowId, int]:
        """When each picture was taken; shows without one are missing."""
        ...
