"""The kinds of value that many messages have."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

# Ids of ours are 32 hexadecimal digits, yet opaque: any short printable word may be asked for and is then not found.
Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
# What JavaScript counts exactly.
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Quantity = Annotated[int, Meta(ge=1, le=1_000_000)]
# Longer than any text that is taken, so that the chat's own rule speaks first; 200 graphemes are far below.
TEXT_MAX = 8_000
