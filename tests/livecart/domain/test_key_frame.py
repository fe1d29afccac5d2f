"""Key frames from RTP payloads: each way to cut them, and anything else is one error."""

from __future__ import annotations

from contextlib import suppress

import pytest
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.errors import InvalidError
from livecart.domain.key_frame import START, assemble

SPS, PPS, IDR = b"\x67sps", b"\x68pps", b"\x65" + bytes(range(200))


def test_single_units_aggregates_and_fragments_become_units_with_start_codes() -> None:
    whole = START + SPS + START + PPS + START + IDR
    aggregate = b"\x78" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in (SPS, PPS))
    fragments = [b"\x7c\x85" + IDR[1:100], b"\x7c\x05" + IDR[100:150], b"\x7c\x45" + IDR[150:]]
    assert assemble("h264", [SPS, PPS, IDR]) == whole
    assert assemble("h264", [aggregate, *fragments]) == whole


def test_what_another_implementation_cuts_comes_together_again() -> None:
    units = [SPS, PPS, b"\x65" + bytes(5_000)]
    assert assemble("h264", H264Encoder._packetize(iter(units))) == b"".join(START + unit for unit in units)


@pytest.mark.parametrize("number", [None, 5, 3_000])
def test_vp8_loses_its_descriptors(number: int | None) -> None:
    frame = bytes(range(1, 250))
    parts = [frame[:100], frame[100:]]
    heads = [
        bytes(VpxPayloadDescriptor(partition_start=int(at == 0), partition_id=0, picture_id=number)) for at in range(2)
    ]
    assert assemble("vp8", [head + part for head, part in zip(heads, parts, strict=True)]) == frame


@pytest.mark.parametrize(
    ("codec", "payloads"),
    [
        ("av1", [b"abc"]),
        ("h264", []),
        ("vp8", []),
        ("h264", [b"\x65"]),
        ("h264", [b"\x7c\x05rest"]),
        ("h264", [b"\x78\x00\x09abc"]),
        ("h264", [b"\x78\x00\x00abc"]),
        ("h264", [b"\x7d\x00\x00abc"]),
        ("vp8", [b"\x90"]),
        ("vp8", [b"\x90\x80\x80\x01"]),
        ("vp8", [b""]),
    ],
)
def test_what_is_no_key_frame_is_refused(codec: str, payloads: list[bytes]) -> None:
    with pytest.raises(InvalidError) as refused:
        assemble(codec, payloads)
    assert refused.value.code == "bad_key_frame"


@given(st.sampled_from(["h264", "vp8"]), st.lists(st.binary(max_size=40), max_size=5))
def test_any_bytes_are_a_frame_or_that_error(codec: str, payloads: list[bytes]) -> None:
    with suppress(InvalidError):
        assert assemble(codec, payloads)
