"""What is asked for a gift. Registered in messages.py; what comes of it is in objects.py."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from livecart.domain.gift import COUNT_MAX

Word = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[!-~]+$")]


class GiftSend(msgspec.Struct, frozen=True):
    """So many of a gift of the catalogue (`GET /api/v1/gifts`) for the show's host, paid from one's wallet.

    The same `key` is the same gift. Sent again within seconds it is one streak with the last.
    """

    gift: Word
    key: Word
    count: Annotated[int, Meta(ge=1, le=COUNT_MAX)] = 1
