"""What the chat filter needs from outside besides SQL (store_filter.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.word_filter import Filter


@dataclass(frozen=True, slots=True)
class Upload:
    """A list that was read and is in order: its text, how many entries it has, and how many lines say one again."""

    text: str
    entries: int
    repeated: int


class ListReading(Protocol):
    """Reads lists and builds filters: seconds of work for long ones, done where the event loop does not wait for it.

    Both raise UnavailableError `busy` when too many wait.
    """

    async def check(self, raw: bytes, lines_max: int) -> Upload:
        """Raises InvalidError as `parse_list` and `decode_lines` do."""
        ...

    async def build(self, lists: Mapping[str, str]) -> Filter:
        """Of lists by their names; they were in order when they were uploaded."""
        ...
