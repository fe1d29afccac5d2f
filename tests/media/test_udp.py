"""The UDP side of the media port: what waited in the socket counts from when it came."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from media.counters import Counters
from media.errors import PortUnavailableError
from media.options import MediaOptions
from media.relay import Relay
from media.udp import SO_TIMESTAMPNS, UdpPort, _waited_s
from tests.support.lean_client import LeanClient, offer

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="stamps are Linux's")


def hold_up_the_loop(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


@on_linux
async def test_a_datagram_comes_with_the_time_that_it_waited(eventually: Eventually) -> None:
    port = UdpPort(MediaOptions(node="t", udp_host="127.0.0.1", udp_port=0), Counters())
    heard: list[tuple[bytes, float]] = []
    port.open(lambda data, _address, waited_s: heard.append((data, waited_s)))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"first", ("127.0.0.1", port.port))
        hold_up_the_loop(0.05)
        sender.sendto(b"second", ("127.0.0.1", port.port))
        await eventually(lambda: len(heard) == 2)
    port.close()
    (first, waited), (second, less) = heard
    assert (first, second) == (b"first", b"second")
    assert 0.05 <= waited < 1
    # Each is looked at a little later than the one before.
    assert 0 < less < waited - 0.04


def test_a_stamp_that_makes_no_sense_is_none() -> None:
    def stamped(ago: float, kind: int = SO_TIMESTAMPNS) -> list[tuple[int, int, bytes]]:
        seconds, part = divmod(time.time() - ago, 1)
        return [(socket.SOL_SOCKET, kind, struct.pack("=qq", int(seconds), int(part * 1e9)))]

    assert _waited_s(stamped(0.2)) == pytest.approx(0.2, abs=0.05)
    for nonsense in (stamped(-5), stamped(3_600), stamped(0.2, 29), [(1, SO_TIMESTAMPNS, b"short")]):
        assert _waited_s(nonsense) == 0.0


@on_linux
async def test_media_counts_from_its_arrival_though_the_loop_was_held_up(
    eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = Relay(MediaOptions(node="t", udp_host="127.0.0.1", udp_port=0))
    await relay.open()
    client = LeanClient()
    await client.connect(await relay.publish("s", "p", "mei", offer("sendonly")), "udp", "127.0.0.1")
    role: Any = relay.sessions["p"].role
    slot = relay.shows["s"].slots[0]
    moments: list[float] = []
    genuine = slot.push

    def push(*words: Any, **more: Any) -> bool:
        moments.append(relay._ingress.moment())
        return genuine(*words, **more)

    monkeypatch.setattr(slot, "push", push)
    spoken = time.monotonic()
    client.speak(b"word")
    hold_up_the_loop(0.08)
    await eventually(lambda: bool(moments))
    assert spoken <= moments[0] < spoken + 0.06
    assert role.last_media == moments[0]
    assert relay._ingress.moment() > spoken + 0.08, "between packets it is now"
    await client.close()
    await relay.close()
    await asyncio.sleep(0)


@pytest.mark.parametrize(("host", "named"), [("::1", ("::1",)), ("127.0.0.1", ("127.0.0.1",))])
def test_a_port_on_one_address_names_that_address(host: str, named: tuple[str, ...]) -> None:
    port = UdpPort(MediaOptions(node="t", udp_host=host, udp_port=0), Counters())
    assert port.candidates() == named
    port.close()


async def test_a_port_for_its_own_machine_is_at_all_its_addresses_and_hears_nobody_else(
    eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters, heard = Counters(), list[bytes]()
    port = UdpPort(MediaOptions(node="t", udp_host="127.0.0.1", udp_port=0, own_machine=True), counters)
    own = port.candidates()
    assert own[0] == "127.0.0.1"
    port.open(lambda data, _address, _waited_s: heard.append(data))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        # As Firefox does, from an address that is no loopback's.
        sender.bind((own[-1], 0))
        for address in own:
            sender.sendto(address.encode(), (address, port.port))
        await eventually(lambda: len(heard) == len(own))
        assert heard == [address.encode() for address in own]
        if len(own) == 1:
            pytest.skip("this machine has no address but its loopback's")
        # The machine loses its address; what comes from there is another's.
        monkeypatch.setattr("media.udp._own_addresses", lambda: ())
        port.sweep(0.0)
        sender.sendto(b"from afar", ("127.0.0.1", port.port))
        await eventually(lambda: counters.values["bad_datagrams.udp_stranger"] == 1)
    port.close()
    assert len(heard) == len(own)


@pytest.mark.parametrize("host", ["shop.example", "192.0.2.77", "2001:db8::77"])
def test_an_address_that_is_not_the_machines_is_a_clear_error(host: str) -> None:
    with pytest.raises(PortUnavailableError, match=host):
        UdpPort(MediaOptions(node="t", udp_host=host, udp_port=0), Counters())
