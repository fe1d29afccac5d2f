"""Which codecs are forwarded, when two of them are the same, and which payload type a viewer gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from media.formats import OfferedCodec, h264_profile


@dataclass(frozen=True, slots=True)
class Codec:
    """A codec that may be forwarded. `profile` is set for H.264 only."""

    kind: str
    name: str
    clock_rate: int
    profile: str = ""


VP8 = Codec("video", "vp8", 90_000)
OPUS = Codec("audio", "opus", 48_000)
DEFAULT_PROFILE = "42e01f"  # what is meant when an offer does not say

# Which H.264 profiles a decoder of the key also decodes (RFC 6184 section 8.1). Plain and constrained
# baseline are one: nobody sends the tools (FMO, ASO) by which they differ, and browsers offer both for the
# same stream.
_DECODES = {
    "constrained_baseline": {"constrained_baseline", "baseline"},
    "baseline": {"constrained_baseline", "baseline"},
    "main": {"constrained_baseline", "baseline", "main"},
    "constrained_high": {"constrained_baseline", "baseline", "main", "constrained_high"},
    "high": {"constrained_baseline", "baseline", "main", "constrained_high", "high"},
}


def forwardable(kind: str, offered: OfferedCodec) -> Codec | None:
    """The codec if it is one of H.264 with packetization mode 1, VP8 and Opus."""
    if kind == "audio":
        return OPUS if (offered.name, offered.clock_rate) == ("opus", 48_000) else None
    if kind != "video" or offered.clock_rate != 90_000:
        return None
    if offered.name == "vp8":
        return VP8
    if offered.name != "h264" or offered.parameters.get("packetization-mode") != "1":
        return None
    profile = h264_profile(offered.parameters.get("profile-level-id", DEFAULT_PROFILE))
    return Codec("video", "h264", 90_000, profile) if profile in _DECODES else None


def decodes(viewer: Codec, source: Codec) -> bool:
    """Whether a viewer who offered `viewer` can decode `source`."""
    if viewer == source:
        return True
    return viewer.name == source.name == "h264" and source.profile in _DECODES[viewer.profile]


def choose_payload_type(payloads: Mapping[int, Codec], source: Codec) -> int | None:
    """The viewer's payload type for this source: the same profile if there is one, else any that decodes
    it."""
    fitting = [number for number, codec in payloads.items() if decodes(codec, source)]
    return next((number for number in fitting if payloads[number] == source), fitting[0] if fitting else None)
