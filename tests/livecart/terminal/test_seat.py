from __future__ import annotations

from typing import Any

import pytest

from livecart.terminal.seat import BACKOFF_CAP_S, Entry, Event, Seat


def chat(seq: int | None, line: str = "") -> Event:
    return [seq, "chat", {"id": line or f"m{seq}", "at_ms": 0}, 0]


def snapshot(seq: int, *lines: str, epoch: str = "e") -> dict[str, Any]:
    return {"epoch": epoch, "seq": seq, "chat": [{"id": line, "at_ms": 0} for line in lines]}


def seated(seq: int = 10) -> Seat:
    seat = Seat("s")
    seat.enter(snapshot(seq))
    return seat


def seqs(events: list[Event]) -> list[int | None]:
    return [event[0] for event in events]


def test_a_first_join_asks_for_everything_and_tells_the_last_lines() -> None:
    seat = Seat("s")
    assert seat.join() == {"show": "s"}
    entry, events = seat.enter(snapshot(10, "a", "b"))
    assert entry is Entry.NEW
    assert [event[2]["id"] for event in events] == ["a", "b"]


def test_events_are_taken_once_and_in_order() -> None:
    seat = seated()
    assert seqs(seat.take([chat(11), [None, "viewers", {"count": 1}, 0], chat(11), chat(12)]).events) == [11, None, 12]
    assert seat.take([chat(12)]).events == []
    assert seat.join() == {"show": "s", "epoch": "e", "after": 12}


def test_a_missing_event_ends_what_is_taken() -> None:
    seat = seated()
    heard = seat.take([chat(11), chat(13), chat(14)])
    assert (seqs(heard.events), heard.missing) == ([11], True)
    assert seat.join()["after"] == 11
    entry, events = seat.enter({"epoch": "e", "seq": 14, "events": [chat(12), chat(13), chat(14)]})
    assert (entry, seqs(events)) == (Entry.BACK, [12, 13, 14])
    assert not seat.take([chat(15)]).missing


@pytest.mark.parametrize(("first", "missing"), [(11, False), (9, False), (12, True)])
def test_what_was_left_out_is_explained_only_from_where_one_was(first: int, missing: bool) -> None:
    skipped: Event = [None, "skipped", {"from": first, "to": 14, "count": 3}, 0]
    heard = seated().take([skipped, chat(15)])
    assert heard.missing is missing
    assert seqs(heard.events) == ([] if missing else [None, 15])


def test_a_log_that_is_gone_is_a_gap_and_no_line_comes_twice() -> None:
    seat = seated()
    seat.take([chat(11, "a")])
    entry, events = seat.enter(snapshot(3, "a", "b", epoch="f"))
    assert entry is Entry.GAP
    assert [event[2]["id"] for event in events] == ["b"]
    assert seat.join() == {"show": "s", "epoch": "f", "after": 3}


def test_the_wait_doubles_up_to_its_cap_and_begins_anew_after_a_join() -> None:
    seat = Seat("s")
    assert [seat.delay_s(0) for _ in range(8)] == [0.25, 0.5, 1.0, 2.0, 4.0, 7.5, 7.5, 7.5]
    assert seat.delay_s(0.999) < BACKOFF_CAP_S
    seat.enter(snapshot(1))
    assert seat.delay_s(0) == 0.25
