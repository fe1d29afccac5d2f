"""DTLS over our own wire, and the private names of aiortc and pylibsrtp that we hold on to."""

from __future__ import annotations

import ast
import asyncio
import inspect
from collections.abc import Callable
from pathlib import Path

import pylibsrtp
import pytest
from aiortc import rtcdtlstransport
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport

from media import dtls
from media.dtls import Certificate, DtlsConnection, Wire

ROOT = Path(dtls.__file__).parent


def test_the_private_names_that_we_use_exist() -> None:
    transport = RTCDtlsTransport(Wire(lambda _data: None), [Certificate.generateCertificate()])  # type: ignore[arg-type]
    for name in ("_set_role", "_srtp_profiles", "_ssl", "_rx_srtp", "_tx_srtp", "_task"):
        assert hasattr(transport, name), name
    assert list(inspect.signature(RTCCertificate._create_ssl_context).parameters) == ["self", "srtp_profiles"]
    source = inspect.getsource(rtcdtlstransport)
    assert "self.transport._recv()" in source
    assert "self.transport._send(" in source
    session = pylibsrtp.Session(pylibsrtp.Policy(bytes(30), pylibsrtp.Policy.SSRC_ANY_OUTBOUND))
    assert session._srtp[0] is not None


def test_only_the_two_files_touch_private_names_of_aiortc() -> None:
    users = set()
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text())
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
        foreign = {name.name for node in imports if (node.module or "").startswith("aiortc") for name in node.names}
        if any(name.startswith("_") for name in foreign) or "RTCDtlsTransport" in foreign:
            users.add(path.name)
    assert users <= {"dtls.py", "peer.py"}


class Pair:
    """A server and a client joined by two functions."""

    def __init__(self, carry: Callable[[str, bytes], bool] = lambda _to, _data: True) -> None:
        certificates = [Certificate.generateCertificate() for _ in range(2)]
        self.sent: list[tuple[str, bytes]] = []
        self.server = DtlsConnection(certificates[0], "server", Wire(lambda data: self._carry("client", data, carry)))
        self.client = DtlsConnection(certificates[1], "client", Wire(lambda data: self._carry("server", data, carry)))
        self.prints = [(("sha-256", item.fingerprint),) for item in certificates]

    def _carry(self, to: str, data: bytes, carry: Callable[[str, bytes], bool]) -> None:
        self.sent.append((to, data))
        if carry(to, data):
            (self.client if to == "client" else self.server).wire.feed(data)

    async def shake(self) -> list[bool]:
        return list(await asyncio.gather(self.server.handshake(self.prints[1]), self.client.handshake(self.prints[0])))

    async def close(self) -> None:
        await self.client.close()
        await self.server.close()


async def test_a_handshake_prefers_the_short_gcm_and_media_opens_on_the_other_side() -> None:
    pair = Pair()
    assert await pair.shake() == [True, True]
    assert pair.server.sealer is not None
    assert pair.client.opener is not None
    assert pair.server.sealer.overhead == 16
    packet = bytes([0x80, 96]) + bytes(10) + b"payload"
    assert pair.client.opener.rtp(pair.server.sealer.rtp(packet)) == packet
    await pair.close()


async def test_a_peer_that_takes_only_aes_cm_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Pair()
    pair.client._dtls._srtp_profiles = [rtcdtlstransport.SRTP_AES128_CM_SHA1_80]
    assert await pair.shake() == [True, True]
    assert pair.server.sealer is not None
    assert pair.server.sealer.overhead == 10
    await pair.close()


async def test_a_wrong_fingerprint_fails_the_handshake() -> None:
    pair = Pair()
    pair.prints[1] = (("sha-256", "00:11"),)
    assert await pair.shake() == [False, True]
    assert pair.server.sealer is None
    await pair.close()


async def test_a_lost_first_flight_is_repeated_long_before_openssl_would() -> None:
    dropped: list[float] = []

    def lose_the_first(to: str, _data: bytes) -> bool:
        if to == "server" and not dropped:
            dropped.append(asyncio.get_running_loop().time())
            return False
        return True

    pair = Pair(lose_the_first)
    assert await pair.shake() == [True, True]
    assert asyncio.get_running_loop().time() - dropped[0] < 0.9
    await pair.close()


async def test_closing_one_side_ends_the_other() -> None:
    pair = Pair()
    await pair.shake()
    waiting = asyncio.ensure_future(pair.server.closed())
    await pair.client.close()
    await asyncio.wait_for(waiting, 2)
    await pair.close()


async def test_a_handshake_without_a_peer_ends_when_the_wire_does() -> None:
    wireless = DtlsConnection(Certificate.generateCertificate(), "server", Wire(lambda _data: None))
    shaking = asyncio.ensure_future(wireless.handshake((("sha-256", "AA"),)))
    await asyncio.sleep(0)
    wireless.wire.end()
    assert await shaking is False
    await wireless.close()


def test_the_wire_takes_no_more_than_it_can_hold() -> None:
    wire = Wire(lambda _data: None)
    assert [wire.feed(b"\x16") for _ in range(65)] == [True] * 64 + [False]
    wire.end()
    assert not wire.feed(b"\x16")


async def test_random_records_never_break_the_association() -> None:
    pair = Pair()
    pair.server.wire.feed(b"\x16" * 40)
    pair.server.wire.feed(bytes(range(20, 60)))
    assert await pair.shake() == [True, True]
    for size in range(1, 60):
        pair.server.wire.feed(b"\x17" * size)
    await asyncio.sleep(0)
    assert pair.server._dtls.state == "connected"
    await pair.close()


def test_one_context_serves_all_connections_of_a_certificate() -> None:
    certificate = Certificate.generateCertificate()
    first = certificate._create_ssl_context(dtls.PROFILES)
    assert certificate._create_ssl_context(dtls.PROFILES) is first
