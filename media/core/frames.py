"""Collecting the packets of a video frame, so that each viewer gets them in one call.

A frame is complete at its marker bit, at the first packet of another time stamp, or 5 ms after its first
packet. Audio waits up to 15 ms for the next frame of a running video and rides behind it (measured: the
call per viewer is the cost, and delaying audio by a fraction of its own 20 ms packet is not heard)."""

from __future__ import annotations

from dataclasses import dataclass

from media.core.pictures import NOTHING, Start

COLLECT_S = 0.005
AUDIO_HOLD_S = 0.015
VIDEO_RUNS_S = 0.1  # a video that was silent for longer is not waited for
MAX_PACKETS = 128


@dataclass(frozen=True, slots=True)
class Packet:
    """One outgoing RTP packet: SSRC, sequence and time stamp are those of the track, the payload type is the
    publisher's and is replaced per viewer; `start` says what it begins."""

    sequence: int
    timestamp: int
    marker: bool
    data: bytes
    start: Start = NOTHING


@dataclass(frozen=True, slots=True)
class Frame:
    """What goes to each viewer of a slot in one go; `arrived` is when its oldest video packet came in (audio,
    without any)."""

    video: tuple[Packet, ...]
    audio: tuple[Packet, ...]
    arrived: float

    @property
    def key(self) -> bool:
        """Whether a decoder may begin here: the first packet begins a picture, which is a key frame."""
        return bool(self.video) and self.video[0].start.begins and any(packet.start.key for packet in self.video)


class FrameCollector:
    """Packets of one layer in, frames out. Call `poll` when `deadline` has passed; `armed` is for the caller to
    remember that it will."""

    def __init__(self) -> None:
        self.armed = False
        self._video: list[Packet] = []
        self._audio: list[Packet] = []
        self._video_since = 0.0
        self._audio_since = 0.0
        self._last_video = -VIDEO_RUNS_S

    def video(self, packet: Packet, now: float) -> list[Frame]:
        """Take a video packet; answers the frames that are complete by it."""
        done = []
        self._last_video = now
        if self._video and self._video[-1].timestamp != packet.timestamp:
            done.append(self._flush())
        if not self._video:
            self._video_since = now
        self._video.append(packet)
        if packet.marker or len(self._video) >= MAX_PACKETS:
            done.append(self._flush())
        return done

    def audio(self, packet: Packet, now: float) -> list[Frame]:
        """Take an audio packet; it waits only while video runs."""
        if not self._audio:
            self._audio_since = now
        self._audio.append(packet)
        if now - self._last_video > VIDEO_RUNS_S or len(self._audio) >= MAX_PACKETS:
            return [self._flush()]
        return []

    def deadline(self) -> float | None:
        """When `poll` must be called at the latest; None while nothing waits."""
        times = []
        if self._video:
            times.append(self._video_since + COLLECT_S)
        if self._audio:
            times.append(self._audio_since + AUDIO_HOLD_S)
        return min(times, default=None)

    def poll(self, now: float) -> list[Frame]:
        """What has waited long enough."""
        due = self.deadline()
        return [self._flush()] if due is not None and now >= due else []

    def _flush(self) -> Frame:
        # Audio waits on purpose, so it does not count as delay of the video that it rides with.
        arrived = self._video_since if self._video else self._audio_since
        frame = Frame(tuple(self._video), tuple(self._audio), arrived)
        self._video.clear()
        self._audio.clear()
        return frame
