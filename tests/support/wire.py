"""Holds what really went over the wire against the message types: nothing missing, nothing more, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from signaling.messages import EVENTS
from signaling.replies import REPLIES, WireError


def typed(value: Any, struct: type[msgspec.Struct]) -> msgspec.Struct:
    """`value` as the struct; fails on a field that the struct has not, or a value that it does not allow."""
    found = msgspec.convert(value, struct)
    again = msgspec.to_builtins(found)
    assert again == value, f"{struct.__name__} is not all of it: {again} of {value}"
    return found


def typed_event(event: Sequence[Any]) -> msgspec.Struct:
    """`[seq, type, data, at_ms]`."""
    assert len(event) == 4
    seq, kind, data, at_ms = event
    assert seq is None or type(seq) is int
    assert type(at_ms) is int
    return typed(data, EVENTS[kind][0])


def typed_reply(op: str, frame: dict[str, Any]) -> msgspec.Struct:
    """A whole reply frame to `op`, be it an answer or a refusal."""
    if "err" in frame:
        assert frame.keys() == {"re", "err"}
        return typed(frame["err"], WireError)
    assert frame.keys() == {"re", "ok"}
    for event in frame["ok"].get("events", ()):
        typed_event(event)
    structs = REPLIES[op]
    if len(structs) == 1:
        return typed(frame["ok"], structs[0])
    # Two kinds of answer have no field in common that only one of them needs.
    fitting = [each for each in structs if set(each.__struct_encode_fields__) >= frame["ok"].keys()]
    assert len(fitting) == 1, frame
    return typed(frame["ok"], fitting[0])
