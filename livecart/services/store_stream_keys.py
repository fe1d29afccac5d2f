"""The part of the Store port that keys for encoders need; see store.py."""

from __future__ import annotations

from typing import Protocol

from livecart.domain.ids import ShowId
from livecart.domain.stream_key import StreamKey


class StreamKeys(Protocol):
    async def of(self, show: ShowId) -> StreamKey:
        """Number 0 where none was ever made."""
        ...

    async def save(self, key: StreamKey) -> None: ...
