"""Hostile datagrams: no reply, no log line, no task lost, and media flows on."""

from __future__ import annotations

import logging
import random
import secrets
import socket
from typing import Any

import pytest
from aioice import stun
from OpenSSL import SSL

from media.core.rtp import is_rtcp
from media.dtls import PROFILES, Certificate


class Stranger:
    """A socket that talks to the relay without having passed any check."""

    def __init__(self, port: int) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self._to = ("127.0.0.1", port)

    def send(self, data: bytes) -> None:
        self.socket.sendto(data, self._to)

    def replies(self) -> list[bytes]:
        found = []
        while True:
            try:
                found.append(self.socket.recv(2_048))
            except BlockingIOError:
                return found

    def close(self) -> None:
        self.socket.close()


@pytest.fixture
def stranger(stage: Any) -> Any:
    made = Stranger(stage.relay.port)
    yield made
    made.close()


def client_hello() -> bytes:
    connection = SSL.Connection(Certificate.generateCertificate()._create_ssl_context(PROFILES))
    connection.set_connect_state()
    with pytest.raises(SSL.WantReadError):
        connection.do_handshake()
    return connection.bio_read(1_500)


def binding(username: str, key: bytes | None, *, priority: int = 5) -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes |= {"USERNAME": username, "PRIORITY": priority}
    if key is not None:
        message.add_message_integrity(key)
    return bytes(message)


def seen(stage: Any) -> int:
    return int(stage.relay.counters.values["packets_in"])


async def test_random_datagrams_of_every_size_get_no_reply_and_no_log_line(
    stage: Any, stranger: Stranger, eventually: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.publish()
    viewer = await stage.watch()
    await eventually(lambda: viewer.frames >= 1)
    rng = random.Random(7)
    count = 0
    with caplog.at_level(logging.INFO):
        for size in range(1_501):
            stranger.send(rng.randbytes(size))
            stranger.send(bytes([rng.choice((0, 1, 20, 22, 63, 128, 144, 191, 255))]) + rng.randbytes(size)[1:])
            count += 2
            if size % 50 == 0:
                before = seen(stage)
                await eventually(lambda before=before: seen(stage) > before)
    frames = viewer.frames
    await eventually(lambda: viewer.frames >= frames + 3)
    assert stranger.replies() == []
    assert caplog.records == []
    bad = sum(n for name, n in stage.relay.counters.values.items() if name.startswith("bad_datagrams"))
    assert bad >= count * 0.9


async def test_random_datagrams_from_a_checked_address_hurt_nobody(
    stage: Any, stranger: Stranger, eventually: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.publish()
    viewer = await stage.watch()
    await eventually(lambda: viewer.frames >= 1)
    peer = stage.relay.sessions[viewer.session].peer
    stranger.send(binding(f"{peer.ice.ufrag}:x", peer.ice.password.encode()))
    await eventually(lambda: len(peer.ice.addresses) == 2)
    stranger.replies()
    rng = random.Random(8)
    with caplog.at_level(logging.INFO):
        for size in range(1, 1_500, 3):
            stranger.send(bytes([rng.choice((20, 21, 22, 23, 63, 64, 128, 144, 200))]) + rng.randbytes(size))
        before = seen(stage)
        await eventually(lambda: seen(stage) > before)
    frames = viewer.frames
    await eventually(lambda: viewer.frames >= frames + 3)
    assert caplog.records == []


async def test_dtls_from_an_address_that_passed_no_check_gets_nothing(
    stage: Any, stranger: Stranger, eventually: Any
) -> None:
    await stage.watch()
    hello = client_hello()
    assert hello[0] == 22
    for _ in range(5):
        stranger.send(hello)
    await eventually(lambda: stage.relay.counters.values["bad_datagrams.unknown_address"] == 5)
    assert stranger.replies() == []


async def test_only_a_genuine_check_is_answered_and_not_with_more_bytes(
    stage: Any, stranger: Stranger, eventually: Any
) -> None:
    viewer = await stage.watch()
    ice = stage.relay.sessions[viewer.session].peer.ice
    name = f"{ice.ufrag}:peer"
    right = ice.password.encode()
    wrong = [
        binding(name, None),
        binding(name, b"wrong"),
        binding("nobody:peer", right),
        binding("", right),
        binding(name, right)[:-8],
        bytes(stun.Message(stun.Method.BINDING, stun.Class.INDICATION)),
        bytes(stun.Message(stun.Method.BINDING, stun.Class.RESPONSE)),
    ]
    for data in wrong:
        stranger.send(data)
    await eventually(
        lambda: (
            sum(stage.relay.counters.values[f"bad_datagrams.{kind}"] for kind in ("stun", "stun_integrity"))
            >= len(wrong)
        )
    )
    assert stranger.replies() == []
    request = binding(name, right)
    stranger.send(request)
    await eventually(lambda: stranger.socket.getsockname() in ice.addresses)
    [reply] = stranger.replies()
    assert len(reply) <= len(request)


@pytest.mark.parametrize("attribute", [0x0024, 0x8029, 0x802A, 0x8028, 0x0020, 0x0001, 0x0009])
async def test_short_attributes_are_counted_and_nothing_else(
    stage: Any, stranger: Stranger, eventually: Any, attribute: int, caplog: pytest.LogCaptureFixture
) -> None:
    viewer = await stage.watch()
    ice = stage.relay.sessions[viewer.session].peer.ice
    for length in range(4):
        body = b"\x00\x06\x00\x08" + ice.ufrag.encode()[:8].ljust(8, b"x")
        body += attribute.to_bytes(2, "big") + length.to_bytes(2, "big") + b"\x01\x02\x03\x04"[: (length + 3) // 4 * 4]
        head = b"\x00\x01" + len(body).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + secrets.token_bytes(12)
        stranger.send(head + body)
    await eventually(
        lambda: sum(stage.relay.counters.values[f"bad_datagrams.{kind}"] for kind in ("stun", "stun_integrity")) == 4
    )
    assert stranger.replies() == []
    assert caplog.records == []


async def test_replayed_and_forged_media_is_dropped(
    stage: Any, stranger: Stranger, eventually: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher = await stage.publish()
    viewer = await stage.watch()
    await eventually(lambda: viewer.frames >= 1)
    peer = stage.relay.sessions[publisher.session].peer
    recorded: list[bytes] = []
    genuine = peer.datagram

    def record(data: bytes, now: float) -> bool:
        recorded.append(data)
        return bool(genuine(data, now))

    monkeypatch.setattr(peer, "datagram", record)
    await eventually(lambda: sum(data[0] >= 128 and not is_rtcp(data) for data in recorded) >= 3)
    monkeypatch.setattr(peer, "datagram", genuine)
    packet = next(data for data in recorded if data[0] >= 128 and not is_rtcp(data))
    forged = packet[:-1] + bytes([packet[-1] ^ 1])
    assert not peer.datagram(packet, 0.0)
    assert not peer.datagram(forged, 0.0)
    assert stage.relay.counters.values["bad_datagrams.rtp"] == 2
    # From elsewhere it does not even get that far.
    stranger.send(packet)
    await eventually(lambda: stage.relay.counters.values["bad_datagrams.unknown_address"] == 1)


async def test_a_viewer_cannot_send_media(stage: Any, eventually: Any) -> None:
    viewer = await stage.watch()
    await eventually(lambda: stage.relay.counters.values["handshakes"] == 1)
    transport = viewer.connection.getTransceivers()[0].receiver.transport
    await eventually(lambda: transport.state == "connected")
    await transport._send_rtp(bytes([0x80, 96]) + bytes(10) + b"payload")
    await eventually(lambda: stage.relay.counters.values["bad_datagrams.rtp"] == 1)


async def test_a_flood_of_nacks_and_picture_losses_stays_bounded(stage: Any, eventually: Any) -> None:
    publisher = await stage.publish()
    viewer = await stage.watch()
    await eventually(lambda: viewer.frames >= 3)
    slot = stage.relay.shows["s"].slots[0]
    transport = viewer.connection.getTransceivers()[0].receiver.transport
    ssrc = slot.video.ssrc.to_bytes(4, "big")
    asked: list[int] = []
    slot.ask_publisher = lambda _rid: asked.append(1)
    ring = slot.layers[0].ring
    last = next(number for number in range(65_536) if ring.get(number) and not ring.get(number + 1))
    nack = b"\x81\xcd\x00\x03" + bytes(4) + ssrc + last.to_bytes(2, "big") + b"\x00\x00"
    pli = b"\x81\xce\x00\x02" + bytes(4) + ssrc
    for _ in range(1_500):
        await transport._send_rtp(nack)
    for _ in range(100):
        await transport._send_rtp(pli)
    await eventually(lambda: stage.relay.counters.values["pli"] >= 90)
    assert stage.relay.counters.values["resent"] <= 100  # one packet, once in a round trip
    assert len(asked) <= 2
    assert stage.relay.sessions[publisher.session].peer.path is not None
