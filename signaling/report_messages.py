"""Reporting over the WebSocket: the request, and what whoever reported is told."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from signaling.fields import TEXT_MAX, Id


class ReportMake(msgspec.Struct, frozen=True):
    """Reports a message, a person, or with neither the show that one is in. The same again answers with the first.

    The categories are at `GET /api/v1/report-categories`; `other` needs a `text`.
    """

    category: Id
    text: Annotated[str, Meta(max_length=TEXT_MAX)] | None = None
    message: Id | None = None
    person: Id | None = None
