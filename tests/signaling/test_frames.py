"""The second look at a client's frames finds what it must wherever the bytes are cut, and nothing in good ones."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.frames import PIECES_MAX, FrameFault, FrameScanner
from tests.support.raw_wire import BINARY, CLOSE, CONTINUATION, PING, TEXT, Frame


def scanned(parts: Iterable[bytes]) -> FrameFault | None:
    scanner = FrameScanner()
    for part in parts:
        fault = scanner.scan(part)
        if fault is not None:
            return fault
    return None


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(edges)]


payloads = st.one_of(st.binary(max_size=8), st.sampled_from([125, 126, 127, 65_535, 65_536]).map(bytes))
controls = st.lists(st.builds(Frame, st.sampled_from([PING, CLOSE, 0xA]), st.binary(max_size=125)), max_size=2)


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A message in one piece or several, with control frames between them."""
    pieces = draw(st.lists(payloads, min_size=1, max_size=4))
    found = b""
    for number, payload in enumerate(pieces):
        opcode = CONTINUATION if number else draw(st.sampled_from([TEXT, BINARY]))
        found += b"".join(map(bytes, draw(controls)))
        found += bytes(Frame(opcode, payload, fin=number == len(pieces) - 1))
    return found


cuts = st.lists(st.integers(0, 2**20), max_size=12)


@given(st.lists(messages(), max_size=4).map(b"".join), cuts)
def test_good_frames_pass_however_they_are_cut(data: bytes, places: list[int]) -> None:
    assert scanned(cut(data, places)) is None


@given(messages(), cuts, payloads)
def test_a_frame_without_a_mask_is_found_behind_any_other(good: bytes, places: list[int], payload: bytes) -> None:
    assert scanned(cut(good + bytes(Frame(TEXT, payload, masked=False)), places)) is FrameFault.UNMASKED


@given(messages(), cuts, payloads)
def test_a_message_inside_another_is_found(good: bytes, places: list[int], payload: bytes) -> None:
    inside = bytes(Frame(TEXT, payload, fin=False)) + bytes(Frame(PING)) + bytes(Frame(BINARY))
    assert scanned(cut(good + inside, places)) is FrameFault.NESTED


@pytest.mark.parametrize("step", [1, 7, 2**16])
def test_empty_pieces_are_counted(step: int) -> None:
    begun = bytes(Frame(TEXT, fin=False))
    piece = bytes(Frame(CONTINUATION, fin=False))
    good = begun + piece * (PIECES_MAX - 1) + bytes(Frame(CONTINUATION))
    assert scanned(good[at : at + step] for at in range(0, len(good), step)) is None
    assert scanned([good, good]) is None, "the count is a message's own"
    bad = begun + piece * PIECES_MAX
    assert scanned(bad[at : at + step] for at in range(0, len(bad), step)) is FrameFault.PIECES


@given(st.lists(st.binary(max_size=64), max_size=20))
def test_any_bytes_are_survived(parts: list[bytes]) -> None:
    scanned(parts)
