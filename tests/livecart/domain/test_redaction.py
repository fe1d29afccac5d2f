from __future__ import annotations

from typing import Any

from livecart.domain.events import LogPosition, NumberedEvent, ShowEvent
from livecart.domain.ids import EventId, ShowId
from livecart.domain.redaction import without_deleted


def numbered(seq: int, type_: str, **data: Any) -> NumberedEvent:
    return NumberedEvent(LogPosition("e", seq), ShowEvent(EventId(f"{type_}{seq}"), ShowId("s"), type_, data, seq))


def told(events: Any) -> list[tuple[int, str, Any]]:
    return [(each.position.seq, each.event.type, each.event.data) for each in events]


def test_a_deleted_text_is_nowhere_and_no_number_is_missing() -> None:
    secret = {"id": "m1", "text": "secret"}
    log = [
        numbered(1, "chat", **secret),
        numbered(2, "chat", id="m2", text="kept"),
        numbered(3, "chat.pinned", message=secret, version=1),
        numbered(4, "chat.deleted", id="m1", by="host"),
        numbered(5, "chat.pinned", message={"id": "m2", "text": "kept"}, version=2),
    ]
    assert told(without_deleted(log)) == [
        (1, "chat.deleted", {"id": "m1", "by": "host"}),
        (2, "chat", {"id": "m2", "text": "kept"}),
        (3, "chat.pinned", {"message": None, "version": 1}),
        (4, "chat.deleted", {"id": "m1", "by": "host"}),
        (5, "chat.pinned", {"message": {"id": "m2", "text": "kept"}, "version": 2}),
    ]


def test_a_stretch_without_deletions_is_left_alone() -> None:
    log = [numbered(1, "chat", id="m1", text="hi")]
    assert without_deleted(log) is log
