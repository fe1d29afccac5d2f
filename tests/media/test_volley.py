"""Volleys over real sockets: each receiver gets its own shot, cut into packets, whichever way it is sent."""

from __future__ import annotations

import ctypes
import errno
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from media import volley
from media.core.ice import Address
from media.volley import MAX_SHOTS, Missed, Run, Volley, sockaddr

RUN = Run(packets=3, stride=100, octets=250, span=256)


class Receiver:
    def __init__(self, address: Address) -> None:
        self.address = address
        self.name = sockaddr(address)
        self.name_at = ctypes.addressof(self.name)


class Plain:
    """Not the kernel's socket, so shots go out one by one."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def sendmsg(self, *args: Any) -> int:
        return self._socket.sendmsg(*args)


@pytest.fixture(params=[(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")], ids=["IPv4", "IPv6"])
def sockets(request: pytest.FixtureRequest) -> Iterator[list[socket.socket]]:
    """A sending one and three that receive."""
    family, host = request.param
    opened = [socket.socket(family, socket.SOCK_DGRAM) for _ in range(4)]
    try:
        for sock in opened:
            sock.bind((host, 0))
            sock.settimeout(2)
        yield opened
    except OSError:
        pytest.skip("no IPv6 here")
    finally:
        for sock in opened:
            sock.close()


def filled(run: Run, shots: int) -> bytearray:
    """An arena whose every shot says its number."""
    arena = bytearray(MAX_SHOTS * 256)
    for shot in range(shots):
        arena[shot * run.span : shot * run.span + run.octets] = bytes([shot + 1]) * run.octets
    return arena


@pytest.mark.skipif(not volley._MMSG, reason="UDP_SEGMENT is Linux's")
@pytest.mark.parametrize("kernel", [True, False])
def test_each_receiver_gets_its_own_shot_in_packets(sockets: list[socket.socket], kernel: bool) -> None:
    sending, *receiving = sockets
    target = [Receiver(sock.getsockname()) for sock in receiving]
    shooting = Volley(sending if kernel else Plain(sending), filled(RUN, 3))
    one = Run(packets=1, stride=80, octets=80, span=256)
    for run, sizes in ((RUN, (100, 100, 50)), (one, (80,)), (RUN, (100, 100, 50))):
        assert not shooting.fire(run, target)
        for number, sock in enumerate(receiving):
            assert [sock.recv(2_048) for _ in sizes] == [bytes([number + 1]) * size for size in sizes]


@pytest.mark.skipif(not volley._MMSG, reason="sendmmsg is Linux's")
def test_a_shot_that_is_refused_does_not_keep_the_others_back(sockets: list[socket.socket]) -> None:
    sending, first, _, last = sockets
    nowhere: Any = (first.getsockname()[0], 0, *first.getsockname()[2:])  # port 0: the kernel refuses at once
    targets = [Receiver(first.getsockname()), Receiver(nowhere), Receiver(last.getsockname())]
    assert Volley(sending, filled(RUN, 3)).fire(RUN, targets) == [Missed(1, errno.EINVAL)]
    assert first.recv(2_048) == b"\1" * 100
    assert last.recv(2_048) == b"\3" * 100


@pytest.mark.skipif(not volley._MMSG, reason="sendmmsg is Linux's")
def test_a_closed_socket_is_an_error_and_never_another_file(sockets: list[socket.socket]) -> None:
    sending, first, *_ = sockets
    target = Receiver(first.getsockname())
    sending.close()
    assert Volley(sending, filled(RUN, 1)).fire(RUN, [target]) == [Missed(0, errno.EBADF)]
