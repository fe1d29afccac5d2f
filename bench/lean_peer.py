"""A light-weight peer: one check, one DTLS handshake, then it sends RTP or lets the swarm count undecrypted packets.

It offers, or answers an offer (Janus's streaming plugin offers); it answers the checks of a full ICE agent, and as a
controlling peer nominates at once."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from aioice import stun
from aioice.ice import get_host_addresses

from media.core import rtcp
from media.dtls import Certificate, DtlsConnection, Wire
from media.errors import FormatError
from media.formats import binding_response, parse_binding_request

CERTIFICATE = Certificate.generateCertificate()
# Janus and aiortc do not take 127.0.0.1 for ICE; packets to an own address go over the loopback device all the same.
HOST = next(iter(get_host_addresses(use_ipv4=True, use_ipv6=False)), "127.0.0.1")
VIDEO, AUDIO = 102, 111
_UFRAG, _PASSWORD = "lean", "leanleanleanleanleanlean"


class LeanPeer:
    """`offer` and `connect` with the answer, or `answer` an offer and `connect` with it."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind((HOST, 0))
        self.socket.setblocking(False)
        self.refused = 0
        self._dtls = DtlsConnection(CERTIFICATE, "client", Wire(self._send))
        self._answered = asyncio.Event()
        self._check = b""

    def offer(self, direction: str, slots: int = 1) -> str:
        """So many audio and video lines, us the DTLS client."""
        kinds = [f"audio {AUDIO}", f"video {VIDEO}"] * slots
        return self._sdp(*((kind, str(mid), direction) for mid, kind in enumerate(kinds)))

    def answer(self, offer: str) -> str:
        """To an offer that sends the same two media."""
        mids = [line[6:] for line in offer.splitlines() if line.startswith("a=mid:")]
        kinds = [line[2:7] for line in offer.splitlines() if line.startswith("m=")]
        numbers = {"audio": AUDIO, "video": VIDEO}
        return self._sdp(*((f"{kind} {numbers[kind]}", mid, "recvonly") for kind, mid in zip(kinds, mids, strict=True)))

    def _sdp(self, *media: tuple[str, str, str]) -> str:
        port = self.socket.getsockname()[1]
        lines = [
            f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nt=0 0\r\n",
            f"a=group:BUNDLE {' '.join(mid for _, mid, _ in media)}\r\n",
        ]
        for kind_and_number, mid, direction in media:
            kind, number = kind_and_number.split()
            codec = (
                f"a=rtpmap:{AUDIO} opus/48000/2\r\n"
                if kind == "audio"
                else f"a=rtpmap:{VIDEO} H264/90000\r\na=fmtp:{VIDEO} level-asymmetry-allowed=1;packetization-mode=1;"
                "profile-level-id=42e01f\r\n"
                f"a=rtcp-fb:{VIDEO} nack\r\na=rtcp-fb:{VIDEO} nack pli\r\na=rtcp-fb:{VIDEO} goog-remb\r\n"
            )
            lines.append(
                f"m={kind} 9 UDP/TLS/RTP/SAVPF {number}\r\nc=IN IP4 {HOST}\r\na=mid:{mid}\r\na={direction}\r\n"
                f"a=rtcp-mux\r\na=setup:active\r\na=ice-ufrag:{_UFRAG}\r\na=ice-pwd:{_PASSWORD}\r\n"
                f"a=candidate:1 1 udp 2130706431 {HOST} {port} typ host\r\n"
                f"a=fingerprint:sha-256 {CERTIFICATE.fingerprint}\r\n{codec}"
            )
        return "".join(lines)

    async def connect(self, remote: str, *, controlling: bool = True) -> None:
        """Check, shake hands; raises TimeoutError and ConnectionError."""
        # The first of each kind: lines of a BUNDLE repeat what matters here.
        lines = dict(line[2:].partition(":")[::2] for line in reversed(remote.splitlines()) if line.startswith("a="))
        host, port = lines["candidate"].split()[4:6]
        self.socket.connect((host, int(port)))
        loop = asyncio.get_running_loop()
        loop.add_reader(self.socket.fileno(), self._readable)
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        message.attributes |= {"USERNAME": f"{lines['ice-ufrag']}:{_UFRAG}", "PRIORITY": 1845501695}
        message.attributes |= {"ICE-CONTROLLING": 7, "USE-CANDIDATE": None} if controlling else {"ICE-CONTROLLED": 7}
        message.add_message_integrity(lines["ice-pwd"].encode())
        message.add_fingerprint()
        self._check = bytes(message)
        try:
            async with asyncio.timeout(15):
                while not self._answered.is_set():
                    self.check()
                    again = loop.call_later(0.2, self.check)
                    await self._answered.wait()
                    again.cancel()
                name, value = lines["fingerprint"].split()
                if not await self._dtls.handshake(((name, value),)):
                    raise ConnectionError("handshake failed")
        finally:
            loop.remove_reader(self.socket.fileno())

    def check(self) -> None:
        """A connectivity check, as consent."""
        self._send(self._check)

    def report(self) -> None:
        """An empty receiver report, as a browser sends one each second."""
        assert self._dtls.sealer is not None
        self._send(self._dtls.sealer.rtcp(rtcp.receiver_report([])))

    def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send one packet."""
        assert self._dtls.sealer is not None
        self._send(self._dtls.sealer.rtp(packet))

    def payload(self, packet: bytes) -> bytes:
        """The decrypted payload of one packet; empty if it does not open."""
        assert self._dtls.opener is not None
        try:
            opened = self._dtls.opener.rtp(packet)
        except FormatError:
            return b""
        at = 12 + 4 * (opened[0] & 15)
        if opened[0] & 16:
            at += 4 + 4 * int.from_bytes(opened[at + 2 : at + 4], "big")
        return opened[at:]

    def control(self, data: bytes) -> None:
        """A datagram that is no media: a check, its answer, or DTLS."""
        if data[0] >= 20:
            self._dtls.wire.feed(data)
        elif data[0] == 1:
            self._answered.set()
        else:
            with contextlib.suppress(FormatError):  # an indication, which keeps a path open and wants no answer
                request = parse_binding_request(data)
                self._send(binding_response(request, self.socket.getpeername(), _PASSWORD))

    def drain(self) -> None:
        """Throw away what has come, but for checks and DTLS."""
        self._readable()

    async def close(self) -> None:
        """Say goodbye."""
        await self._dtls.close()
        self.socket.close()

    def _send(self, data: bytes) -> None:
        try:
            self.socket.send(data)
        except OSError:
            self.refused += 1

    def _readable(self) -> None:
        for _ in range(64):
            try:
                data = self.socket.recv(2_048)
            except OSError:
                return
            if data and data[0] < 128:
                self.control(data)
