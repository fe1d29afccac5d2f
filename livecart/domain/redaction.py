"""Leaving deleted messages out of a stretch of a show's log: what was taken back is not told again to who comes late.

A stretch that reaches to the log's end holds the deletion of every message in it, so the stretch is all that is needed.
Numbers stay gap-free: the place of a deleted message tells the deletion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from livecart.domain.events import NumberedEvent, ShowEvent


def without_deleted(events: Sequence[NumberedEvent]) -> Sequence[NumberedEvent]:
    gone = {each.event.data.get("id"): each.event for each in events if each.event.type == "chat.deleted"}
    if not gone:
        return events
    return [replace(each, event=_told_now(each.event, gone)) for each in events]


def _told_now(event: ShowEvent, gone: dict[object, ShowEvent]) -> ShowEvent:
    if event.type == "chat" and event.data.get("id") in gone:
        deletion = gone[event.data.get("id")]
        return replace(event, type=deletion.type, data=deletion.data)
    if event.type == "chat.pinned":
        pinned = event.data.get("message")
        if isinstance(pinned, dict) and pinned.get("id") in gone:
            return replace(event, data={**event.data, "message": None})
    return event
