from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from livecart.domain.events import LogPosition
from livecart.domain.ids import ShowId
from signaling.audience import CHUNK, PATIENCE, PATIENT_WRITES_PER_S, PENDING_MAX, Audience, Chunk
from signaling.hub import NOWHERE
from signaling.messages import WireEvent
from tests.support.wires import Wire

Write = tuple[float, int, list[int | None]]
"""When, which chunk, which events."""


def audience(sockets: int, wait_s: float) -> Audience:
    made = Audience(ShowId("s"))
    for _ in range(sockets):
        made.enter(Wire())
    made.wait_s = wait_s
    return made


def chat(seq: int) -> WireEvent:
    return WireEvent(seq, "chat", {}, 1)


def played(room: Audience, times_s: list[float], event: Callable[[int], WireEvent] = chat) -> list[Write]:
    """Events at these times, numbered from 1, and all writes until nothing waits: the pump without its loop."""
    writes = []
    for seq, at_s in enumerate([*times_s, float("inf")], 1):
        while (chunk := room.due()) is not None and chunk.due_s is not None and chunk.due_s < at_s:
            writes.append(written(room, chunk, chunk.due_s))
        if at_s != float("inf"):
            assert room.add(event(seq), at_s)
    return writes


def written(room: Audience, chunk: Chunk, at_s: float) -> Write:
    number = room.chunks.index(chunk)
    return round(at_s, 3), number, [event.seq for event in room.take(chunk, at_s).events]


def steadily(per_s: float, seconds: float) -> list[float]:
    return [number / per_s for number in range(int(seconds * per_s))]


def by_chunk(writes: list[Write], chunks: int) -> Iterator[list[Write]]:
    return ([write for write in writes if write[1] == number] for number in range(chunks))


def test_a_room_without_a_wait_sends_everything_at_once() -> None:
    assert played(audience(1, 0), [0.0, 0.001, 0.5]) == [(0.0, 0, [1]), (0.001, 0, [2]), (0.5, 0, [3])]


def test_a_quiet_room_sends_everything_at_once_however_large() -> None:
    writes = played(audience(4 * CHUNK, 0.1), [0.0, 1.0, 2.0])
    assert [at_s for at_s, _, _ in writes] == [0.0] * 4 + [1.0] * 4 + [2.0] * 4


@pytest.mark.parametrize(("per_s", "wait_s", "together"), [(20, 0.11, 3), (20, 0.2, 5), (100, 0.1, 11), (10, 0.11, 2)])
def test_a_busy_room_gathers_and_nothing_waits_longer_than_it_may(per_s: float, wait_s: float, together: int) -> None:
    times = steadily(per_s, 10)
    writes = played(audience(8 * CHUNK, wait_s + 0.001), times)
    for mine in by_chunk(writes, 8):
        assert [seq for _, _, seqs in mine for seq in seqs] == list(range(1, len(times) + 1)), "all, in order"
        assert {len(seqs) for _, _, seqs in mine[5:-1]} == {together}
        for at_s, _, seqs in mine:
            assert at_s - times[(seqs[0] or 0) - 1] <= wait_s + 0.002


def test_nothing_waits_for_an_event_that_would_come_too_late() -> None:
    """20 a second and 110 ms: the third event goes out with the other two when it comes, and not 10 ms later."""
    times = steadily(20, 5)
    for at_s, _, seqs in played(audience(1, 0.11), times)[3:-1]:
        assert at_s == pytest.approx(times[(seqs[-1] or 0) - 1], abs=0.001)


def test_a_room_knows_its_pace_and_a_pause_says_nothing_of_it() -> None:
    room = audience(1, 0.1)
    assert room.per_s == 0
    played(room, [*steadily(20, 1), 5.0])
    assert room.per_s == pytest.approx(20)


def stock(seq: int, left: int = 1_000) -> WireEvent:
    return WireEvent(seq, "stock", {"variant": "v", "available": left, "version": seq}, 1)


def test_how_many_are_left_is_told_less_often_than_all_else() -> None:
    """Twenty changes of the stock a second where all else waits for 0.1 s."""
    room = audience(1, 0.1)
    chunk = room.chunks[0]
    written_s = []
    for number in range(1, 41):
        at_s = number / 20
        while chunk.due_s is not None and chunk.due_s <= at_s:
            written_s.append(chunk.due_s)
            room.take(chunk, chunk.due_s)
        room.add(stock(number, 1_000 - number), at_s)
    gaps = [after - before for before, after in pairwise(written_s)]
    assert len(written_s) >= 4
    assert min(gaps[1:]) > 0.1 * PATIENCE - 0.06


def test_how_many_are_left_costs_a_crowd_no_more_writes_than_it_may() -> None:
    room = audience(20 * CHUNK, 0.2)
    writes = played(room, steadily(20, 20), stock)
    per_s = CHUNK * sum(5 <= at_s < 15 for at_s, _, _ in writes) / 10
    assert PATIENT_WRITES_PER_S * 0.8 < per_s < PATIENT_WRITES_PER_S * 1.1
    for mine in by_chunk(writes, 20):
        assert [seq for _, _, seqs in mine for seq in seqs] == list(range(1, 401)), "all, in order"


def test_a_line_of_chat_takes_along_what_waits_and_the_last_one_sold_is_told_at_once() -> None:
    for hasty in (WireEvent(3, "chat", {}, 1), stock(3, 0)):
        room = audience(1, 0.1)
        chunk = room.chunks[0]
        room.add(stock(1, 9), 1.0)
        room.take(chunk, 1.0)
        room.add(stock(2, 8), 1.01)
        assert chunk.due_s == pytest.approx(1.01 + 0.1 * PATIENCE)
        room.add(hasty, 1.02)
        assert chunk.due_s == pytest.approx(1.12, abs=0.011)
        assert [event.seq for event in room.take(chunk, 1.12).events] == [2, 3]


def test_the_turns_of_a_busy_rooms_chunks_are_spread() -> None:
    writes = played(audience(12 * CHUNK, 0.11), steadily(20, 5))
    busiest = [sum(1 for at_s, _, _ in writes if at_s == pytest.approx(when, abs=0.001)) for when in steadily(20, 4)]
    assert max(busiest[10:]) <= 8


def test_events_that_stop_coming_are_sent_when_their_time_is_up() -> None:
    *_, last = played(audience(1, 0.1), [0.0, 0.02, 0.04])
    assert last == (0.12, 0, [2, 3])


def test_chunks_that_get_the_same_share_it() -> None:
    room = audience(3 * CHUNK, 0.1)
    room.add(WireEvent(1, "chat", {}, 1), 5.0)
    first, second, third = room.chunks
    assert room.take(first, 5.0) is room.take(second, 5.0)
    room.add(WireEvent(2, "chat", {}, 1), 5.01)
    assert [event.seq for event in room.take(third, 5.02).events] == [1, 2]
    assert [event.seq for event in room.take(first, 5.02).events] == [2]


def test_who_comes_late_gets_what_comes_later() -> None:
    room = audience(CHUNK, 0.1)
    room.add(WireEvent(1, "chat", {}, 1), 5.0)
    late = room.enter(Wire())
    assert late is room.chunks[1]
    assert late.due_s is None
    room.add(WireEvent(2, "chat", {}, 1), 5.01)
    assert [event.seq for event in room.take(late, 5.01).events] == [2]


def test_places_that_were_left_are_taken_again_and_empty_chunks_go() -> None:
    room = Audience(ShowId("s"))
    seats = {wire: room.enter(wire) for wire in (Wire() for _ in range(CHUNK + 1))}
    first, last = next(iter(seats)), list(seats)[-1]
    room.leave(first, seats[first])
    assert room.enter(Wire()) is room.chunks[0]
    room.leave(last, seats[last])
    assert len(room.chunks) == 1
    assert len(room) == len(list(room)) == CHUNK


def test_a_room_whose_pump_is_stuck_keeps_a_bounded_amount() -> None:
    room = audience(1, 0.1)
    event = WireEvent(1, "chat", {}, 1)
    assert all(room.add(event, 1.0) for _ in range(PENDING_MAX))
    assert not room.add(event, 1.0)
    assert len(room.take(room.chunks[0], 2.0).events) == PENDING_MAX
    assert room.add(event, 2.0)


def test_who_has_no_number_that_is_still_to_come_is_known_from_the_log_that_is_followed() -> None:
    room = Audience(ShowId("s"))
    assert not room.is_past(NOWHERE)
    room.begin(LogPosition("e", 5))
    at = [LogPosition("e", seq) for seq in (5, 6)]
    assert [room.is_past(floor) for floor in at] == [True, False]
    room.add(WireEvent(6, "chat", {}, 0), 0.0)
    # What the log said when it was asked may be older than what came since.
    room.begin(LogPosition("e", 5))
    assert [room.is_past(floor) for floor in at] == [True, True]


def test_of_a_log_that_is_lost_nobody_knows_what_is_still_to_come() -> None:
    room = Audience(ShowId("s"))
    room.begin(LogPosition("e", 5))
    room.turn("")
    assert not any(room.is_past(floor) for floor in (NOWHERE, LogPosition("e", 5)))
    room.turn("f")
    assert not room.is_past(LogPosition("f", 0))
