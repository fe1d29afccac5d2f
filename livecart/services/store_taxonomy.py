"""What the taxonomy needs of SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.ids import PersonId
from livecart.domain.taxonomy import Category


@dataclass(frozen=True, slots=True)
class CategoryVersion:
    category: Category
    changed_by: PersonId
    changed_at_ms: int


class Taxonomy(Protocol):
    async def current(self) -> Mapping[str, Category]:
        """What a shop begins with, and over it the newest version of each that was changed."""
        ...

    async def versions(self, key: str) -> Sequence[CategoryVersion]:
        """The changes of one, newest first."""
        ...

    async def put(self, version: CategoryVersion) -> bool:
        """Adds a version; False when somebody else was faster with that number."""
        ...
