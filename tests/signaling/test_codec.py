from __future__ import annotations

import json
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.codec import CODECS, DEPTH_MAX, JSON, MSGPACK, SIZE_MAX, Codec, CodecError, frame
from signaling.messages import REQUESTS, ChatSend, Request, ShowJoin, Skipped, WireEvent

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text() | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text() | st.binary(max_size=4), inner, max_size=5),
    max_leaves=20,
)
NEARLY = st.fixed_dictionaries(
    {"id": st.integers(-1, 2**64) | PLAIN, "op": st.sampled_from([*REQUESTS, "x"]) | PLAIN},
    optional={"d": st.dictionaries(st.sampled_from(["show", "text", "after", "count", "key"]) | st.text(), PLAIN)},
)


def decodes_or_refuses(codec: Codec, data: bytes | str) -> None:
    try:
        assert isinstance(codec.decode(data), Request)
    except CodecError as error:
        # What is refused can be answered in either subprotocol.
        for one in CODECS.values():
            one.err(error.re, {"code": error.code, "message": error.message})


@given(st.binary(max_size=400))
def test_any_bytes_are_a_request_or_a_codec_error(data: bytes) -> None:
    decodes_or_refuses(MSGPACK, data)


@given(st.text(max_size=400))
def test_any_text_is_a_request_or_a_codec_error(data: str) -> None:
    decodes_or_refuses(JSON, data)


@given(PLAIN | NEARLY)
def test_any_value_in_msgpack_is_a_request_or_a_codec_error(value: Any) -> None:
    try:
        data = msgpack.packb(value)
    except (OverflowError, UnicodeEncodeError):
        return
    decodes_or_refuses(MSGPACK, data)


@given(PLAIN | NEARLY)
def test_any_value_in_json_is_a_request_or_a_codec_error(value: Any) -> None:
    decodes_or_refuses(JSON, json.dumps(value, default=str, skipkeys=True))


@given(NEARLY, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=4))
def test_a_damaged_request_is_a_request_or_a_codec_error(value: Any, damage: list[tuple[int, int]]) -> None:
    try:
        data = bytearray(msgpack.packb(value))
    except (OverflowError, UnicodeEncodeError):
        return
    for place, byte in damage:
        data[place % len(data)] = byte
    decodes_or_refuses(MSGPACK, bytes(data))


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_lone_surrogates_anywhere_cause_no_other_error(codec: Codec) -> None:
    bad = "\ud800"
    for value in (
        {"id": 1, "op": bad},
        {"id": 1, "op": "ping", bad: 1},
        {"id": 1, "op": "ping", "d": {bad: 1}},
        {"id": 1, "op": "show.join", "d": {"show": bad}},
        {"id": 1, "op": "chat.send", "d": {"text": bad}},
    ):
        data: bytes | str
        data = json.dumps(value) if codec is JSON else msgpack.packb(value, unicode_errors="surrogatepass")
        decodes_or_refuses(codec, data)


def test_a_request_comes_out_typed_with_unknown_fields_ignored() -> None:
    value = {"id": 3, "op": "show.join", "d": {"show": "s", "later": []}, "v": 9}
    expected = Request(3, "show.join", ShowJoin("s"))
    assert MSGPACK.decode(msgpack.packb(value)) == expected
    assert JSON.decode(json.dumps(value)) == expected
    text = {"id": 0, "op": "chat.send", "d": {"text": "你好", "key": "k"}}
    assert JSON.decode(json.dumps(text)) == Request(0, "chat.send", ChatSend("你好", "k"))


@pytest.mark.parametrize(("depth", "fine"), [(DEPTH_MAX, True), (DEPTH_MAX + 1, False), (5_000, False)])
def test_depth_is_limited(depth: int, fine: bool) -> None:
    # The map and `d` are two of them.
    inner = b"\x91" * (depth - 3) + b"\x90"
    data = b"\x83\xa2id\x01\xa2op\xa4ping\xa1d\x81\xa1x" + inner
    text = '{"id":1,"op":"ping","d":{"x":' + "[" * (depth - 2) + "]" * (depth - 2) + "}}"
    for codec, frame_ in ((MSGPACK, data), (JSON, text)):
        if fine:
            assert codec.decode(frame_).op == "ping"
        else:
            with pytest.raises(CodecError, match=r"nest|decoded"):
                codec.decode(frame_)


def test_size_is_limited() -> None:
    with pytest.raises(CodecError, match="bytes"):
        JSON.decode(" " * (SIZE_MAX + 1))


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_frame_says_its_own_length(size: int) -> None:
    made = frame(0x82, b"x" * size)
    head, length = made[0], made[1]
    start = 2
    if length == 126:
        length, start = int.from_bytes(made[2:4]), 4
    elif length == 127:
        length, start = int.from_bytes(made[2:10]), 10
    assert (head, length, len(made) - start) == (0x82, size, size)


def test_events_and_answers_have_the_documented_shape() -> None:
    event = WireEvent(7, "chat", {"id": "m"}, 5)
    skipped = WireEvent(None, "skipped", Skipped(1, 3, 2), 5)
    payload = MSGPACK.events([event, skipped])[2:]
    told = [[7, "chat", {"id": "m"}, 5], [None, "skipped", {"from": 1, "to": 3, "count": 2}, 5]]
    assert msgpack.unpackb(payload) == {"ev": told}
    assert json.loads(JSON.events([event, skipped])[2:]) == {"ev": told}
    assert JSON.ok(1, {"a": None})[2:] == b'{"re":1,"ok":{"a":null}}'


def test_what_cannot_be_encoded_is_a_codec_error() -> None:
    for value in (object(), "\ud800", 2**70):
        with pytest.raises(CodecError):
            MSGPACK.ok(1, value)
    with pytest.raises(CodecError):
        JSON.ok(1, {(1, 2): 3})
