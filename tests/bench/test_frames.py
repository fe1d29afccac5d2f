from __future__ import annotations

import pytest

from bench.frames import BINARY, PING, TEXT, client_frame, whole_frames
from signaling.codec import frame, ping_frame


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
def test_every_size_of_frame_is_found_and_nothing_before_it_is_whole(size: int) -> None:
    payload = b"x" * size
    data = frame(0x80 | BINARY, payload)
    ((opcode, start, end),) = whole_frames(data)
    assert (opcode, data[start:end], end) == (BINARY, payload, len(data))
    for cut in {1, 2, 3, 9, len(data) - 1}:
        assert list(whole_frames(data[: min(cut, len(data) - 1)])) == []


def test_frames_behind_one_another_and_a_torn_one() -> None:
    data = frame(0x80 | TEXT, b"one") + ping_frame() + frame(0x80 | BINARY, b"y" * 200)
    found = [(opcode, data[start:end]) for opcode, start, end in whole_frames(data + b"\x82\x05abc")]
    assert found == [(TEXT, b"one"), (PING, b""), (BINARY, b"y" * 200)]


@pytest.mark.parametrize("size", [3, 126, 4_000])
def test_a_clients_frame_is_masked_and_says_what_it_is(size: int) -> None:
    made = client_frame(TEXT, b"z" * size)
    assert made[0] == 0x80 | TEXT
    assert made[1] & 0x80
    assert made.endswith(b"\0\0\0\0" + b"z" * size)
    assert len(made) == size + (6 if size < 126 else 8)
