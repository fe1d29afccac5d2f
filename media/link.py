"""A session between two media processes: one feeds a show's host to the other, which pulls him.

It is a session like others (checks, SRTP, feedback) but for how it begins: both ends were given credentials and keys by
whoever asked for it, so there is no SDP and no DTLS. Each end sends connectivity checks, with the other's credentials,
and takes nothing from an address whose own check was not genuine."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pylibsrtp import Error, Policy, Session

from media.core import rtcp
from media.core.codecs import OPUS, VP8, Codec
from media.core.ice import Address, Remote
from media.core.negotiation import AcceptedLine
from media.core.rtp import is_rtcp
from media.counters import Counters
from media.egress import Path
from media.errors import BadRequestError, FormatError
from media.formats import binding_request
from media.peer import Peer
from media.port import MediaPort
from media.srtp import Opener, Sealer
from media.trunk import Trunk, name_of

KEY_BYTES = 28  # of AES-128-GCM: a key of 16, a salt of 12 (RFC 7714)
_TAG = 16
# Until the other end is heard, and as a sign of life from then on.
SEEKING_S, ALIVE_S = 0.1, 2.0
MAX_ADDRESSES = 16

# Both ends are of this software, so there is nothing to negotiate: payload types by codec, retransmissions beside them.
_VIDEO: dict[int, Codec] = {
    96: VP8,
    98: Codec("video", "h264", 90_000, "constrained_baseline"),
    100: Codec("video", "h264", 90_000, "baseline"),
    102: Codec("video", "h264", 90_000, "main"),
    104: Codec("video", "h264", 90_000, "constrained_high"),
    106: Codec("video", "h264", 90_000, "high"),
}
LINES = (
    AcceptedLine(
        "video",
        0,
        _VIDEO,
        (),
        rtx={number: number + 1 for number in _VIDEO},
        nacked=frozenset(_VIDEO),
        answers_pli=True,
    ),
    AcceptedLine("audio", 0, {111: OPUS}, ()),
)


# A lower layer comes by a link of its own, without the sound.
PICTURE = LINES[:1]
MAX_LAYERS = 3


@dataclass(frozen=True, slots=True)
class End:
    """What one end proves itself with, and encrypts what it sends with; the other end knows it too."""

    ufrag: str
    password: str = field(repr=False)
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise BadRequestError(f"a key must have {KEY_BYTES} bytes")


class LinkPeer(Peer):
    """One end of a link. `far` are the addresses at which the other end may be; none if it is to come to us."""

    def __init__(self, session: str, ends: tuple[End, End], port: MediaPort, counters: Counters, born: float) -> None:
        """`ends`: ours, then the other's."""
        super().__init__(session, (ends[0].ufrag, ends[0].password), port, counters, born)
        self._ends = ends
        self._over = asyncio.Event()

    def checked(self, now: float) -> None:
        """Who has proved itself is proved to, at once the first time."""
        super().checked(now)
        if self.path is None and self.ice.remote is not None:
            self._prove([self.ice.remote])

    async def link(self, far: Iterable[tuple[str, int]], clock: Callable[[], float]) -> None:
        """Live until the other end says goodbye, or the task is cancelled."""
        sealer, opener = _srtp(self._ends)
        name, family = name_of(self.session), self._port.udp.socket.family
        places = [Trunk(name, place, self._port) for place in _reachable(list(far)[:MAX_ADDRESSES], family)]
        while self.ice.remote is None:
            self._reachable.clear()
            self._prove(places)
            await _passed(self._reachable, SEEKING_S)
        self.path, self._opener = Path(self.ice.remote, sealer), opener
        self._counters.add("links")
        if self.role is not None:
            self.role.connected(self.path, clock())
        while self._early:
            self.datagram(self._early.popleft(), clock())
        try:
            while not await _passed(self._over, ALIVE_S):
                self._prove([self.path.remote])
        finally:
            self.send_rtcp(rtcp.goodbye())

    def _media(self, data: bytes, opener: Opener, now: float) -> None:
        if not is_rtcp(data):
            super()._media(data, opener, now)
            return
        events = rtcp.read(opener.rtcp(data))
        if self.role is None:
            raise FormatError("feedback for nobody")
        if any(isinstance(event, rtcp.Goodbye) and rtcp.OUR_SSRC in event.ssrcs for event in events):
            self._over.set()
        self.role.take_rtcp(events, now)

    def _prove(self, places: Iterable[Remote]) -> None:
        ours, theirs = self._ends
        for place in places:
            self._port.send(binding_request(f"{theirs.ufrag}:{ours.ufrag}", theirs.password), place)


def _srtp(ends: tuple[End, End]) -> tuple[Sealer, Opener]:
    """What seals by our key, and what opens by the other's. Raises `BadRequestError` where libsrtp has no GCM."""
    found = []
    for end, direction in zip(ends, (Policy.SSRC_ANY_OUTBOUND, Policy.SSRC_ANY_INBOUND), strict=True):
        try:
            policy = Policy(key=end.key, ssrc_type=direction, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM)
            policy.allow_repeat_tx, policy.window_size = True, 1024
            found.append(Session(policy))
        except Error as exc:
            raise BadRequestError("this libsrtp has no AES-128-GCM") from exc
    return Sealer(found[0], _TAG), Opener(found[1])


def _reachable(places: Iterable[tuple[str, int]], family: int) -> list[Address]:
    """As our socket writes them, without those of a family that it has not."""
    wide = family == socket.AF_INET6
    found = [(f"::ffff:{host}" if wide and ":" not in host else host, port) for host, port in places]
    return [(host, port) for host, port in found if wide or ":" not in host]


async def _passed(event: asyncio.Event, within_s: float) -> bool:
    """Whether it happened within that time."""
    try:
        async with asyncio.timeout(within_s):
            await event.wait()
    except TimeoutError:
        return False
    return True
