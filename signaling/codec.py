"""Bytes ↔ messages in the two subprotocols. Whatever a client sends, only CodecError comes out.

msgpack or json turn bytes into plain values within a size and a depth; msgspec turns plain values into typed messages.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Never

import msgpack
import msgspec

from signaling.messages import REQUESTS, Request, WireEvent

SIZE_MAX = 64 * 1024
DEPTH_MAX = 16
ID_MAX = 2**53 - 1
_OPCODE_TEXT, _OPCODE_BINARY, _OPCODE_CLOSE, _OPCODE_PING, _OPCODE_PONG = 0x81, 0x82, 0x88, 0x89, 0x8A
_SCALARS = (str, int, float, bool, type(None))


class CodecError(Exception):
    """A frame that is not a request. `code` is `invalid`, `unknown_op` or `undecodable`.

    `re` is the request's id if that much could be read; an undecodable frame has none, and ends the connection.
    """

    def __init__(self, code: str, message: str, re: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.re = re


@dataclass(frozen=True, slots=True)
class Codec:
    """One subprotocol. `is_text` says which kind of frame it uses."""

    subprotocol: str
    is_text: bool
    _loads: Callable[[Any], Any]
    _dumps: Callable[[Any], bytes]

    def decode(self, data: bytes | str) -> Request:
        """Raises CodecError."""
        return _request(_checked(self._plain(data)))

    def ok(self, re: int, value: Any) -> bytes:
        return self._frame({"re": re, "ok": value})

    def err(self, re: int | None, body: dict[str, Any]) -> bytes:
        return self._frame({"re": re, "err": body})

    def events(self, events: list[WireEvent]) -> bytes:
        return self._frame({"ev": events})

    def part(self, value: Any) -> msgspec.Raw:
        """A part of several answers, encoded once for all of them. Raises CodecError."""
        return msgspec.Raw(self._encode(value))

    def _plain(self, data: bytes | str) -> Any:
        if len(data) > SIZE_MAX:
            raise CodecError("undecodable", f"a frame has at most {SIZE_MAX} bytes")
        try:
            return self._loads(data)
        # RecursionError: json's scanner on deep nesting; msgpack raises its own ValueError for that.
        except (ValueError, TypeError, RecursionError, OverflowError, msgpack.UnpackException) as error:
            raise CodecError("undecodable", "the frame cannot be decoded") from error

    def _frame(self, value: Any) -> bytes:
        """A whole server frame, ready for the transport. Raises CodecError for what this subprotocol cannot carry."""
        return frame(_OPCODE_TEXT if self.is_text else _OPCODE_BINARY, self._encode(value))

    def _encode(self, value: Any) -> bytes:
        try:
            return self._dumps(value)
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise CodecError("unencodable", "the message cannot be encoded") from error


def frame(first_byte: int, payload: bytes) -> bytes:
    """An unmasked frame (RFC 6455 §5.2): servers do not mask, so the same bytes fit every socket."""
    size = len(payload)
    if size < 126:
        return bytes((first_byte, size)) + payload
    if size < 65_536:
        return struct.pack("!BBH", first_byte, 126, size) + payload
    return struct.pack("!BBQ", first_byte, 127, size) + payload


def ping_frame() -> bytes:
    return frame(_OPCODE_PING, b"")


def pong_frame(payload: bytes) -> bytes:
    return frame(_OPCODE_PONG, payload)


def close_frame(code: int, reason: str) -> bytes:
    return frame(_OPCODE_CLOSE, struct.pack("!H", code) + reason.encode()[:123])


def _checked(value: Any) -> Any:
    """Returns `value` if it holds plain values only, at most DEPTH_MAX lists and maps in one another. Not recursive."""
    level, depth = [value], 0
    while level:
        below: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is dict:
                below.extend(item)
                below.extend(item.values())
            elif kind is list:
                below.extend(item)
            elif kind not in _SCALARS:
                raise CodecError("undecodable", "only text, numbers, lists and maps can be sent")
            if depth == DEPTH_MAX and kind not in _SCALARS:
                raise CodecError("undecodable", f"values nest at most {DEPTH_MAX} deep")
        level, depth = below, depth + 1
    return value


def _request(value: Any) -> Request:
    if type(value) is not dict:
        raise CodecError("invalid", "a request is a map with id, op and d")
    re, op = value.get("id"), value.get("op")
    if type(re) is not int or not 0 <= re <= ID_MAX:
        raise CodecError("invalid", "the request's id is not a number from 0 to 2^53-1")
    if type(op) is not str:
        raise CodecError("invalid", "the request's op is not text", re)
    body = REQUESTS.get(op)
    if body is None:
        raise CodecError("unknown_op", "no such op", re)
    try:
        return Request(re, op, msgspec.convert(value.get("d", {}), body))
    except (msgspec.ValidationError, ValueError, TypeError) as error:
        raise CodecError("invalid", _without_surrogates(str(error)), re) from error


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _no_constant(name: str) -> Never:
    raise ValueError(f"{name} is not JSON")


def _msgpack_loads(data: bytes) -> Any:
    return msgpack.unpackb(data, raw=False, strict_map_key=True)


def _json_loads(data: str) -> Any:
    return json.loads(data, parse_constant=_no_constant)


MSGPACK = Codec("livecart.v1.msgpack", False, _msgpack_loads, msgspec.msgpack.Encoder().encode)
JSON = Codec("livecart.v1.json", True, _json_loads, msgspec.json.Encoder().encode)
CODECS: dict[str, Codec] = {codec.subprotocol: codec for codec in (MSGPACK, JSON)}
