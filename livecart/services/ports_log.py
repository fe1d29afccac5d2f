"""What proves the moderation log from outside SQL: the key that signs its heads, and the file that keeps copies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from livecart.domain.moderation_log import Mark


class MarkKey(Protocol):
    @property
    def public(self) -> str | None:
        """The public half; None where this process has no secret, and so signs nothing."""
        ...

    def signed(self, mark: Mark) -> Mark:
        """The mark with our key and signature. Only with a secret."""
        ...

    def is_signed(self, mark: Mark) -> bool:
        """Whether the mark's signature is that of the key it names, whosever that is."""
        ...


class MarkCopies(Protocol):
    """Signed marks beside the database. Raises UnavailableError when the file cannot be read or written."""

    async def read(self) -> Sequence[Mark]:
        """The newest, oldest first; a line that is no mark raises ConflictError `copies_damaged`."""
        ...

    async def add(self, marks: Sequence[Mark]) -> None:
        """Appends them, on disk when this returns."""
        ...
