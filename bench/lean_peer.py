"""A light-weight peer: one check, one DTLS handshake, then it sends RTP or counts packets undecrypted."""

from __future__ import annotations

import asyncio
import socket
import struct
import time

from aioice import stun

from media.dtls import Certificate, DtlsConnection, Wire

CERTIFICATE = Certificate.generateCertificate()
_HEADER = struct.Struct("!BBHLL")


def offer(direction: str) -> str:
    """One audio and one video line, us the DTLS client."""
    common = (
        f"a={direction}\r\na=rtcp-mux\r\na=setup:active\r\na=ice-ufrag:lean\r\n"
        "a=ice-pwd:leanleanleanleanleanlean\r\n"
        f"a=fingerprint:sha-256 {CERTIFICATE.fingerprint}\r\n"
    )
    return (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
        f"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n{common}a=rtpmap:111 opus/48000/2\r\n"
        f"m=video 9 UDP/TLS/RTP/SAVPF 102\r\na=mid:1\r\n{common}a=rtpmap:102 H264/90000\r\n"
        "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n"
    )


class LeanPeer:
    """`connect` it with an answer. `packets`, `octets` and `lost` count what came."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.packets = self.octets = self.lost = self.frames = 0
        self.first_media: float | None = None
        self._next: dict[int, int] = {}
        self._dtls = DtlsConnection(CERTIFICATE, "client", Wire(self._send))
        self._answered = asyncio.Event()
        self._check = b""

    async def connect(self, answer: str) -> None:
        """Check, shake hands; raises TimeoutError."""
        lines = dict(line[2:].partition(":")[::2] for line in answer.split("\r\n") if line.startswith("a="))
        host, port = lines["candidate"].split()[4:6]
        self.socket.connect((host, int(port)))
        asyncio.get_running_loop().add_reader(self.socket.fileno(), self._readable)
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        message.attributes |= {"USERNAME": f"{lines['ice-ufrag']}:lean", "USE-CANDIDATE": None}
        message.add_message_integrity(lines["ice-pwd"].encode())
        self._check = bytes(message)
        self.check()
        async with asyncio.timeout(10):
            await self._answered.wait()
            name, value = lines["fingerprint"].split()
            if not await self._dtls.handshake(((name, value),)):
                raise ConnectionError("handshake failed")

    def check(self) -> None:
        """A connectivity check, as consent."""
        self._send(self._check)

    def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send one packet."""
        assert self._dtls.sealer is not None
        self._send(self._dtls.sealer.rtp(packet))

    async def close(self) -> None:
        """Say goodbye."""
        asyncio.get_running_loop().remove_reader(self.socket.fileno())
        await self._dtls.close()
        self.socket.close()

    def _send(self, data: bytes) -> None:
        try:
            self.socket.send(data)
        except BlockingIOError:
            self.lost += 1

    def _readable(self) -> None:
        receive = self.socket.recv
        for _ in range(64):
            try:
                data = receive(2_048)
            except BlockingIOError:
                return
            first = data[0]
            if first >= 128:
                self._count(data)
            elif first < 4:
                self._answered.set()
            else:
                self._dtls.wire.feed(data)

    def _count(self, data: bytes) -> None:
        if 192 <= data[1] <= 223:
            return
        _, second, sequence, _, ssrc = _HEADER.unpack_from(data)
        wanted = self._next.get(ssrc, sequence)
        self.lost += min((sequence - wanted) & 0xFFFF, 1_000) if (sequence - wanted) & 0x8000 == 0 else -1
        self._next[ssrc] = (sequence + 1) & 0xFFFF
        self.packets += 1
        self.octets += len(data)
        self.frames += second == 0x80 | 102
        if self.first_media is None:
            self.first_media = time.monotonic()
