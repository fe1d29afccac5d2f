"""The golden vectors: what stands in tests/vectors/protocol.json is what this version reads and writes, to the byte."""

from __future__ import annotations

import json
from typing import Any

import msgpack
import msgspec
import pytest

from livecart.domain.errors import InvalidError
from scripts.protocol import VECTORS, read_vectors, with_bytes
from signaling.codec import CODECS, JSON, MSGPACK, CodecError
from signaling.errors import error_body, not_joined
from signaling.lanes import Lane
from signaling.messages import EVENTS, REQUESTS, Request, WireEvent
from signaling.replies import REPLIES
from tests.support.wire import typed_event, typed_reply

KNOWN = read_vectors()
EXCHANGES, NEWS, REFUSALS = KNOWN["exchanges"], KNOWN["events"], KNOWN["refusals"]


def unframed(frame: bytes) -> bytes:
    """The payload of an unmasked WebSocket frame."""
    return frame[{126: 4, 127: 10}.get(frame[1], 2) :]


def op_of(entry: dict[str, Any]) -> str:
    return str(entry["op"])


def test_every_op_event_and_kind_of_answer_has_its_vector() -> None:
    assert {op_of(entry) for entry in EXCHANGES} == set(REQUESTS) == set(REPLIES)
    assert {entry["type"] for entry in NEWS} == set(EVENTS)
    answered = {type(typed_reply(op_of(entry), entry["reply"]["frame"])) for entry in EXCHANGES}
    assert answered == {struct for structs in REPLIES.values() for struct in structs}


def test_the_file_is_as_the_script_writes_it() -> None:
    assert VECTORS.read_text("utf-8") == with_bytes(read_vectors()), "python -m scripts.protocol vectors"


@pytest.mark.parametrize("entry", EXCHANGES, ids=op_of)
def test_a_request_is_read_alike_in_both_codecs(entry: dict[str, Any]) -> None:
    frame = entry["request"]["frame"]
    expected = Request(frame["id"], frame["op"], msgspec.convert(frame["d"], REQUESTS[frame["op"]]))
    assert MSGPACK.decode(bytes.fromhex(entry["request"]["msgpack"])) == expected
    assert JSON.decode(json.dumps(frame)) == expected
    # No field of the example is one that the type does not know.
    assert set(frame["d"]) <= set(REQUESTS[frame["op"]].__struct_encode_fields__)


@pytest.mark.parametrize("entry", EXCHANGES, ids=op_of)
def test_a_reply_is_written_as_its_vector_says(entry: dict[str, Any]) -> None:
    frame, packed = entry["reply"]["frame"], bytes.fromhex(entry["reply"]["msgpack"])
    # As dictionaries, as use cases answer: msgspec gives a struct of more than 15 fields a longer head than it needs.
    answer = msgspec.to_builtins(typed_reply(op_of(entry), frame))
    assert unframed(MSGPACK.ok(frame["re"], answer)) == packed
    assert json.loads(unframed(JSON.ok(frame["re"], answer))) == frame == msgpack.unpackb(packed)


@pytest.mark.parametrize("entry", NEWS, ids=lambda entry: entry["type"])
def test_an_event_is_written_as_its_vector_says(entry: dict[str, Any]) -> None:
    frame, packed = entry["frame"], bytes.fromhex(entry["msgpack"])
    (event,) = frame["ev"]
    seq, kind, _, at_ms = event
    assert kind == entry["type"]
    made = [WireEvent(seq, kind, typed_event(event), at_ms)]
    assert unframed(MSGPACK.events(made)) == packed
    assert json.loads(unframed(JSON.events(made))) == frame == msgpack.unpackb(packed)


@pytest.mark.parametrize("entry", REFUSALS, ids=lambda entry: entry["code"])
def test_a_refusal_is_written_as_its_vector_says(entry: dict[str, Any]) -> None:
    asked, packed = entry["request"]["frame"], bytes.fromhex(entry["reply"]["msgpack"])
    try:
        MSGPACK.decode(bytes.fromhex(entry["request"]["msgpack"]))
    except CodecError as error:
        re, body = error.re, error_body(InvalidError(error.message, code=error.code))
    else:
        re, body = asked["id"], error_body(not_joined())
    assert body["code"] == entry["code"]
    assert unframed(MSGPACK.err(re, body)) == packed
    assert json.loads(unframed(JSON.err(re, body))) == entry["reply"]["frame"]
    typed_reply(asked["op"], entry["reply"]["frame"])


@pytest.mark.parametrize("entry", EXCHANGES, ids=op_of)
def test_fields_of_a_later_version_change_nothing(entry: dict[str, Any]) -> None:
    frame = entry["request"]["frame"]
    later = {**frame, "later": {"a": [1]}, "d": {**frame["d"], "later": [None, {"b": 2}]}}
    for codec, data in ((MSGPACK, msgpack.packb(later)), (JSON, json.dumps(later))):
        assert codec.decode(data) == MSGPACK.decode(bytes.fromhex(entry["request"]["msgpack"]))


def test_ops_of_a_later_version_are_refused_with_their_number() -> None:
    for codec, pack in ((MSGPACK, msgpack.packb), (JSON, json.dumps)):
        with pytest.raises(CodecError) as refused:
            codec.decode(pack({"id": 7, "op": "show.rewind", "d": {"to": 3}}))
        assert (refused.value.code, refused.value.re) == ("unknown_op", 7)


def test_events_of_a_later_version_are_never_left_out_for_a_slow_socket() -> None:
    assert WireEvent(1, "show.rewound", {}, 0).lane is Lane.HOST


def test_the_subprotocol_names_the_version() -> None:
    assert set(CODECS) == {"livecart.v1.msgpack", "livecart.v1.json"}
