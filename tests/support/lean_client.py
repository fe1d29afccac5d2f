"""A small WebRTC client for one transport, by UDP or TCP: a check, a handshake, then RTP in both directions.

What it reads and writes on a connection is worked out here by RFC 4571, not by the code that is tested."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
from typing import cast

from aioice import stun

from media.dtls import Certificate, DtlsConnection, Wire

OPUS = 111
UFRAG = "clnt"
_CERTIFICATE = Certificate.generateCertificate()


def offer(direction: str) -> str:
    """One audio line, us the DTLS client."""
    return (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
        f"m=audio 9 UDP/TLS/RTP/SAVPF {OPUS}\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na={direction}\r\na=rtcp-mux\r\n"
        f"a=setup:active\r\na=ice-ufrag:{UFRAG}\r\na=ice-pwd:clientclientclientclient\r\n"
        f"a=fingerprint:sha-256 {_CERTIFICATE.fingerprint}\r\na=rtpmap:{OPUS} opus/48000/2\r\n"
    )


def candidates(sdp: str) -> list[tuple[str, str, int]]:
    """(transport, host, port) in the order of preference."""
    found = [line.partition(":")[2].split() for line in sdp.splitlines() if line.startswith("a=candidate:")]
    found.sort(key=lambda words: -int(words[3]))
    return [(words[2], words[4], int(words[5])) for words in found]


def check(sdp: str, *, nominate: bool = True) -> bytes:
    """A genuine connectivity check for whoever wrote the answer."""
    lines = dict(line[2:].partition(":")[::2] for line in sdp.splitlines() if line.startswith("a="))
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes |= {"USERNAME": f"{lines['ice-ufrag']}:{UFRAG}", "PRIORITY": 1, "ICE-CONTROLLING": 7}
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(lines["ice-pwd"].encode())
    message.add_fingerprint()
    return bytes(message)


class LeanClient:
    """`payloads` is what was decrypted, `mapped` the address that the relay saw us at."""

    def __init__(self) -> None:
        self.session = secrets.token_hex(8)
        self.payloads: list[bytes] = []
        self.mapped: tuple[str, int] | None = None
        self.closed = False
        self.way: Way
        self._answered = asyncio.Event()
        wire = Wire(lambda record: self.way.send(record))  # noqa: PLW0108  there is no way yet
        self._dtls = DtlsConnection(_CERTIFICATE, "client", wire)
        self._sequence = 0

    async def connect(self, answer: str, transport: str, host: str) -> None:
        """Raises ConnectionError and TimeoutError."""
        port = next(port for kind, at, port in candidates(answer) if (kind, at) == (transport, host))
        self.way = await open_way(transport, host, port, self._take)
        async with asyncio.timeout(10):
            while not self._answered.is_set():
                self.way.send(check(answer))
                await asyncio.wait([asyncio.ensure_future(self._answered.wait())], timeout=0.3)
            name, value = next(
                line.partition(":")[2].split() for line in answer.splitlines() if line.startswith("a=fingerprint:")
            )
            if not await self._dtls.handshake(((name, value),)):
                raise ConnectionError("the handshake failed")

    def speak(self, payload: bytes) -> None:
        """One packet of 20 ms."""
        assert self._dtls.sealer is not None
        self._sequence += 1
        head = bytes([0x80, OPUS]) + self._sequence.to_bytes(2, "big") + (self._sequence * 960).to_bytes(4, "big")
        self.way.send(self._dtls.sealer.rtp(head + b"\x00\x00\x00\x07" + payload))

    async def close(self) -> None:
        await self._dtls.close()
        self.way.close()

    def _take(self, packet: bytes) -> None:
        if packet[0] < 4:
            response = stun.parse_message(packet)
            assert response.message_class is stun.Class.RESPONSE
            self.mapped = response.attributes["XOR-MAPPED-ADDRESS"]
            self._answered.set()
        elif packet[0] < 64:
            self._dtls.wire.feed(packet)
        elif not 192 <= packet[1] <= 223 and self._dtls.opener is not None:
            opened = self._dtls.opener.rtp(packet)
            self.payloads.append(opened[12:])


class Way(asyncio.DatagramProtocol, asyncio.Protocol):
    """A socket of ours of either kind; `ended` when the other side has closed it."""

    def __init__(self, take: object, *, framed: bool) -> None:
        self._framed = framed
        self.ended = asyncio.Event()
        self.received = 0
        self._take = take
        self._held = b""
        self._transport: asyncio.BaseTransport | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Our own, as a socket of its family says it."""
        assert self._transport is not None
        name = self._transport.get_extra_info("sockname")
        return str(ipaddress.ip_address(name[0])), name[1]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.ended.set()

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        self._held += data
        while len(self._held) >= 2 and len(self._held) >= 2 + int.from_bytes(self._held[:2], "big"):
            size = int.from_bytes(self._held[:2], "big")
            packet, self._held = self._held[2 : 2 + size], self._held[2 + size :]
            self._hand_on(packet)

    def datagram_received(self, data: bytes, addr: object) -> None:
        del addr
        self.received += len(data)
        self._hand_on(data)

    def send(self, packet: bytes) -> None:
        """One packet."""
        if self._framed:
            self.write(len(packet).to_bytes(2, "big") + packet)
        else:
            cast("asyncio.DatagramTransport", self._transport).sendto(packet)

    def write(self, data: bytes) -> None:
        """Bytes as they are, on a connection."""
        cast("asyncio.Transport", self._transport).write(data)

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()

    def _hand_on(self, packet: bytes) -> None:
        if callable(self._take):
            self._take(packet)


async def open_way(transport: str, host: str, port: int, take: object = None, *, source: str | None = None) -> Way:
    """`source` is our own address. Raises OSError."""
    local = None if source is None else (source, 0)
    loop = asyncio.get_running_loop()
    if transport == "tcp":
        return (await loop.create_connection(lambda: Way(take, framed=True), host, port, local_addr=local))[1]
    return (await loop.create_datagram_endpoint(lambda: Way(take, framed=False), local, (host, port)))[1]
