from __future__ import annotations

import json
from typing import Any

import msgpack

from bench.dialects import HOST_EVENT, Heard, Livecart, SocketIo
from bench.frames import BINARY, CLOSE, PING, TEXT


def heard(*messages: dict[str, Any]) -> Heard:
    found = Heard()
    for message in messages:
        Livecart("s").hear(BINARY, msgpack.packb(message), found)
    return found


def chat(seq: int) -> list[Any]:
    return [seq, "chat", {"due_ns": seq * 10}, 1]


def test_the_numbers_of_events_are_counted_over_frames() -> None:
    found = heard({"ev": [chat(5), [6, HOST_EVENT, {}, 1]]}, {"ev": [[None, "likes", {}, 1], chat(7)]})
    assert found.dues == [50, 70]
    numbers = found.numbers
    assert (numbers.first, numbers.last, numbers.host, numbers.torn, numbers.skipped) == (5, 7, 1, False, 0)


def test_a_missing_number_is_seen_and_one_that_was_left_out_openly_is_not_missing() -> None:
    assert heard({"ev": [chat(5), chat(7)]}).numbers.torn
    found = heard({"ev": [chat(5), [None, "skipped", {"from": 6, "to": 8, "count": 3}, 1], chat(9)]})
    assert (found.numbers.torn, found.numbers.skipped, found.numbers.last) == (False, 3, 9)


def test_a_join_tells_a_snapshot_from_what_was_missed() -> None:
    snapshot = heard({"re": 1, "ok": {"epoch": "e", "seq": 4, "chat": []}})
    assert (snapshot.joined, snapshot.snapshot, snapshot.epoch, snapshot.numbers.last) == (True, True, "e", 4)
    assert snapshot.numbers.first is None
    resumed = heard({"re": 1, "ok": {"epoch": "e", "seq": 6, "events": [chat(5), chat(6)]}})
    assert (resumed.joined, resumed.snapshot, resumed.numbers.first, resumed.numbers.last) == (True, False, 5, 6)
    assert heard({"re": 1, "err": {"code": "unavailable"}}).closed


def test_pings_are_answered_and_a_farewell_is_read() -> None:
    ours, theirs = Heard(), Heard()
    Livecart("s").hear(PING, b"x", ours)
    Livecart("s").hear(CLOSE, b"\x0f\xa0bye; retry_after_ms=7", ours)
    SocketIo().hear(TEXT, b"2", theirs)
    assert ours.answer.endswith(b"x")
    assert ours.closed == "bye; retry_after_ms=7"
    assert theirs.answer.endswith(b"3")
    assert theirs.dues == []


def test_socket_ios_packets_are_understood() -> None:
    found = Heard()
    for packet in ('0{"sid":"x"}', '40{"sid":"y"}', "42" + json.dumps(["chat", {"due_ns": 7}])):
        SocketIo().hear(TEXT, packet.encode(), found)
    assert (found.joined, found.dues) == (True, [7])
