"""SRTP through pylibsrtp, in place and without its copies.

`Session.protect` takes bytes only and at most 1,356 of them; a frame's packets are encrypted in one buffer
instead, through the same cffi binding. This is the only file that knows pylibsrtp's private names."""

from __future__ import annotations

# ruff: noqa: SLF001
from typing import Any

import pylibsrtp
from pylibsrtp import _binding

from media.errors import FormatError

ffi: Any = _binding.ffi
lib: Any = _binding.lib

MAX_DATAGRAM = 2048
_RTCP_TRAILER = 148


class Sealer:
    """Encrypts what goes to one peer. `overhead` is the length of the tag: 16 for GCM, 10 for AES-CM."""

    __slots__ = ("_session", "context", "overhead")

    def __init__(self, session: pylibsrtp.Session, overhead: int) -> None:
        self._session = session  # owns the context
        self.context = session._srtp[0]
        self.overhead = overhead

    def rtcp(self, packet: bytes) -> bytes:
        """A protected RTCP compound; raises `FormatError` if libsrtp refuses (too long)."""
        if len(packet) > 1_500 - _RTCP_TRAILER:
            raise FormatError("RTCP compound is too long")
        try:
            sealed: bytes = self._session.protect_rtcp(packet)
        except (pylibsrtp.Error, ValueError) as exc:
            raise FormatError("RTCP cannot be protected") from exc
        return sealed

    def rtp(self, packet: bytes) -> bytes:
        """One protected packet, for tests and single sends; raises `FormatError`."""
        arena = Arena(MAX_DATAGRAM)
        size = len(packet)
        if size + self.overhead > MAX_DATAGRAM:
            raise FormatError("RTP packet is too long")
        arena.view[:size] = packet
        size = arena.protect(self.context, arena.start, size)
        if size < 0:
            raise FormatError("RTP cannot be protected")
        return bytes(arena.view[:size])


class Opener:
    """Decrypts what comes from one peer."""

    __slots__ = ("_session",)

    def __init__(self, session: pylibsrtp.Session) -> None:
        self._session = session

    def rtp(self, packet: bytes) -> bytes:
        """Raises `FormatError` for a forged, replayed or too old packet."""
        try:
            opened: bytes = self._session.unprotect(packet)
        except (pylibsrtp.Error, ValueError) as exc:
            raise FormatError("SRTP does not open") from exc
        return opened

    def rtcp(self, packet: bytes) -> bytes:
        """Raises `FormatError` for a forged or replayed packet."""
        try:
            opened: bytes = self._session.unprotect_rtcp(packet)
        except (pylibsrtp.Error, ValueError) as exc:
            raise FormatError("SRTCP does not open") from exc
        return opened


class Arena:
    """A buffer that packets are encrypted in: `octets`, with a `view` for Python, `start` and a `length` to pass for
    libsrtp."""

    __slots__ = ("length", "octets", "start", "view")

    def __init__(self, size: int) -> None:
        self.octets = bytearray(size)
        self.view = memoryview(self.octets)
        self.start = ffi.from_buffer("char[]", self.octets)
        self.length = ffi.new("int *")

    def protect(self, context: Any, at: Any, size: int) -> int:
        """Encrypt the packet of `size` bytes at the pointer `at` in place; its new size, or -1 if refused."""
        length = self.length
        length[0] = size
        if lib.srtp_protect(context, at, length) != 0:
            return -1
        return int(length[0])
