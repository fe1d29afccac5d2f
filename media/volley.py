"""One run of packets to several viewers in one system call: `sendmmsg` with UDP_SEGMENT, through ctypes.

Shot n of a volley lies at n x `span` in the arena. The structures are laid out once per run; per viewer only the
receiver's address is written (measured: Python's own `sendmsg` spends 1 us a call on reading its arguments). Where
there is no `sendmmsg`, or the socket is not the kernel's, shots go out one by one."""

from __future__ import annotations

import ctypes
import errno
import socket
import struct
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from media.core.ice import Address

UDP_SEGMENT = 103  # linux/udp.h; Python's socket module does not name it
MAX_SHOTS = 16
_MMSG = sys.platform == "linux" and ctypes.sizeof(ctypes.c_void_p) == 8


class Target(Protocol):
    """A receiver: its address for Python, and where the kernel's form of it lies in memory."""

    address: Address
    name: ctypes.Array[ctypes.c_char]
    name_at: int


class Run(NamedTuple):
    """What the shots of a volley have in common: `stride` from packet to packet, `octets` in all."""

    packets: int
    stride: int
    octets: int
    span: int


class Missed(NamedTuple):
    """A shot that the kernel did not take."""

    shot: int
    number: int


def sockaddr(address: Address) -> ctypes.Array[ctypes.c_char]:
    """An address as the kernel reads it (struct sockaddr_in, sockaddr_in6)."""
    port = address[1].to_bytes(2, "big")
    if len(address) == 2:
        plain = struct.pack("=H", socket.AF_INET) + port + socket.inet_aton(address[0]) + bytes(8)
    else:
        host = socket.inet_pton(socket.AF_INET6, address[0].partition("%")[0])
        family = struct.pack("=H", socket.AF_INET6)
        plain = family + port + address[2].to_bytes(4, "big") + host + struct.pack("=I", address[3])
    return ctypes.create_string_buffer(plain, len(plain))


class Volley:
    """Sends what lies in `arena`. A socket of another kind (a test's) only needs `sendmsg`."""

    def __init__(self, sock: Any, arena: bytearray) -> None:
        self._socket = sock
        self._view = memoryview(arena)
        self._kernel = _Kernel(arena) if _MMSG and isinstance(sock, socket.socket) else None

    def fire(self, run: Run, targets: Sequence[Target]) -> Sequence[Missed]:
        """Shot n goes to target n; answers those that were not taken."""
        if self._kernel is not None:
            return self._kernel.fire(self._socket.fileno(), run, targets)
        control = [(socket.IPPROTO_UDP, UDP_SEGMENT, struct.pack("=H", run.stride))] if run.packets > 1 else []
        missed = []
        for shot, target in enumerate(targets):
            at = shot * run.span
            try:
                self._socket.sendmsg((self._view[at : at + run.octets],), control, 0, target.address)
            except OSError as exc:
                missed.append(Missed(shot, exc.errno or errno.EAGAIN))
        return missed


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Header(ctypes.Structure):
    """struct mmsghdr of 64-bit Linux."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint),
        ("vector", ctypes.c_void_p),
        ("vectors", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
        ("gap", ctypes.c_uint),
        ("octets", ctypes.c_uint),
    )


class _Kernel:
    """The prepared structures of `MAX_SHOTS` messages over one arena."""

    def __init__(self, arena: bytearray) -> None:
        self._arena = (ctypes.c_char * len(arena)).from_buffer(arena)
        self._control = ctypes.create_string_buffer(24)
        self._headers = (_Header * MAX_SHOTS)()
        self._vectors = (_Vector * MAX_SHOTS)()
        # Indexing a ctypes array makes a new object each time; these are the same memory.
        self._header = list(self._headers)
        self._vector = list(self._vectors)
        for header, vector in zip(self._header, self._vector, strict=True):
            header.vector, header.vectors = ctypes.addressof(vector), 1
        self._at = ctypes.addressof(self._headers)
        self._aimed: Run | None = None
        self._sendmmsg = ctypes.CDLL(None, use_errno=True).sendmmsg
        self._sendmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int)

    def fire(self, descriptor: int, run: Run, targets: Sequence[Target]) -> Sequence[Missed]:
        if run is not self._aimed:
            self._aim(run, len(targets[0].name))
        for header, target in zip(self._header, targets, strict=False):
            header.name = target.name_at
        missed: list[Missed] = []
        shot = 0
        while shot < len(targets):
            # It stops at the first that is refused, and tells why only when that is the first of all.
            taken = self._sendmmsg(
                descriptor, self._at + shot * ctypes.sizeof(_Header), len(targets) - shot, socket.MSG_DONTWAIT
            )
            if taken < 0:
                missed.append(Missed(shot, ctypes.get_errno()))
            shot += max(taken, 1)
        return missed

    def _aim(self, run: Run, name_length: int) -> None:
        self._aimed = run
        struct.pack_into("@NiiH", self._control, 0, 18, socket.IPPROTO_UDP, UDP_SEGMENT, run.stride)
        control = (ctypes.addressof(self._control), 24) if run.packets > 1 else (None, 0)
        at = ctypes.addressof(self._arena)
        for shot, (header, vector) in enumerate(zip(self._header, self._vector, strict=True)):
            header.name_length = name_length
            header.control, header.control_length = control
            vector.base, vector.length = at + shot * run.span, run.octets
