"""What a media process tells about itself: the heartbeat's report and the figures of a show's sessions."""

from __future__ import annotations

import os
import time
from pathlib import Path as File
from typing import Any

from media.link import LinkPeer
from media.publisher import Publisher
from media.pulling import PullingRelay
from media.rates import Rate, Rates
from media.relay import Relay
from media.sessions import Session
from media.shows import HOST, Show
from media.slots import Slot
from media.viewer import Viewer

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class LoadMeter:
    """The share of one CPU that this process used between two looks, smoothed over about three."""

    def __init__(self) -> None:
        self._cpu = time.process_time()
        self._at = time.monotonic()
        self.load = 0.0

    def look(self) -> float:
        """The load now, 0 to 1."""
        cpu, at = time.process_time(), time.monotonic()
        if at > self._at:
            share = min(max((cpu - self._cpu) / (at - self._at), 0.0), 1.0)
            self.load += (share - self.load) / 3
            self._cpu, self._at = cpu, at
        return round(self.load, 4)


def counters(relay: Relay) -> dict[str, int | float]:
    """All counters and gauges by name; latencies in milliseconds."""
    values: dict[str, int | float] = dict(relay.counters.values)
    paths = [item.peer.path for item in relay.sessions.values() if item.peer.path is not None]
    # The counters have the sessions that are gone.
    values["packets_out"] = values.get("packets_out", 0) + sum(path.packets for path in paths)
    values["bytes_out"] = values.get("bytes_out", 0) + sum(path.octets for path in paths)
    publishers = [item.role for item in relay.sessions.values() if isinstance(item.role, Publisher)]
    watching = [item.role for item in relay.sessions.values() if isinstance(item.role, Viewer)]
    values["publishers"], values["viewers"] = len(publishers), len(watching)
    values["publisher_packets_lost"] = sum(each.reception.lost for role in publishers for each in role.streams)
    losses = [role.quality.fraction_lost / 256 for role in watching]
    values["viewer_loss"] = round(sum(losses) / len(losses), 4) if losses else 0
    values["handshakes_open"] = sum(item.peer.path is None for item in relay.sessions.values())
    values["sessions"] = len(relay.sessions)
    values["sessions_tcp"] = sum(path.flow is not None for path in paths)
    values["forward_latency_p50_ms"] = relay.counters.latency_ms(0.5)
    values["forward_latency_p99_ms"] = relay.counters.latency_ms(0.99)
    values["cpu_seconds"] = round(time.process_time(), 3)
    values["rss_bytes"] = _resident_bytes()
    return values


def shows(relay: PullingRelay) -> dict[str, dict[str, Any]]:
    """Each show's state, viewers, codecs and when its last media came (Unix milliseconds)."""
    return {name: _show(relay, show) for name, show in relay.shows.items()}


def sessions(relay: Relay, show: str, rates: Rates) -> list[dict[str, Any]]:
    """The figures of each person's session of a show, for the studio; links to other processes are none."""
    return [
        _session(name, item) | _quality(item, rates.of(name))
        for name, item in relay.sessions.items()
        if item.show.name == show and not isinstance(item.peer, LinkPeer)
    ]


def _show(relay: PullingRelay, show: Show) -> dict[str, Any]:
    host = show.slots.get(0)
    last = show.last_media()
    return {
        "state": show.state(),
        "viewers": len(show.viewers),
        "video": host.video.codec.name if host and host.video.codec else None,
        "audio": host.audio.codec.name if host and host.audio.codec else None,
        "last_media_ms": None if last is None else relay.wall_ms(last),
        "stage": [
            {"slot": index, "holder": each.holder, "live": each.live, "shown": stands.shown, "muted": stands.muted}
            for index, each in show.publishers.items()
            if index != HOST
            for stands in (show.standing(index),)
        ],
        "guests": [
            {
                "slot": index,
                "source": each.source,
                "node": "" if relay.astray(each) else each.node,
                "live": relay.flows(each),
            }
            for index, each in show.guests.items()
        ],
    }


def _quality(item: Session, rate: Rate) -> dict[str, Any]:
    """What everybody is told in the same words. A viewer's loss and round trip are what it reported itself."""
    slot = item.show.slots.get(item.slot)
    codecs = () if slot is None else (slot.video.codec, slot.audio.codec)
    viewer = item.role if isinstance(item.role, Viewer) else None
    subscription = None if slot is None or viewer is None else slot.subscriptions.get(viewer)
    layers = () if slot is None or (viewer and subscription is None) else slot.layers
    if subscription is not None:
        layers = (subscription.layer,) if subscription.seen else ()
    return {
        "bitrate_bps": rate.bps,
        "loss": round(viewer.quality.fraction_lost / 256, 4) if viewer else rate.loss,
        "rtt_ms": viewer.quality.rtt_ms if viewer else None,
        "fps": round(max((layer.meter.fps for layer in layers), default=0.0), 1),
        "codec": next((codec.name for codec in codecs if codec is not None), None),
        "layer": layers[0].rid or None if subscription is not None and layers else None,
    }


def _layers(slot: Slot) -> list[dict[str, Any]]:
    """What arrives of each layer, lowest first, and how many watch it."""
    return [
        {
            "rid": layer.rid or None,
            "bitrate_bps": round(layer.meter.bps),
            "fps": round(layer.meter.fps, 1),
            "watching": sum(outlet.video >= 0 for outlet in layer.seats.values()),
        }
        for layer in slot.layers
    ]


def _session(name: str, item: Session) -> dict[str, Any]:
    path = item.peer.path
    figures: dict[str, Any] = {
        "session": name,
        "slot": item.slot,
        "connected": path is not None,
        "packets_out": 0 if path is None else path.packets,
        "bytes_out": 0 if path is None else path.octets,
    }
    match item.role:
        case Publisher():
            figures |= {"role": "publisher", "holder": item.role.holder, "live": item.role.live}
            figures["policed"] = item.role.policed
            slot = item.show.slot(item.slot)
            figures["layers"] = _layers(slot)
            figures["undecodable"] = sum(each.lacks(slot.index, slot.video.codec) for each in item.show.watching())
            figures["streams"] = [
                {
                    "kind": stream.origin.kind,
                    "packets": stream.reception.received,
                    "bytes": stream.octets,
                    "lost": stream.reception.lost,
                }
                for stream in item.role.streams
            ]
        case Viewer():
            quality = item.role.quality
            figures |= {
                "role": "viewer",
                "holder": item.show.viewers[name].holder,
                "fraction_lost": quality.fraction_lost / 256,
                "watching": _watched(item.role, item.show),
                "lost": quality.packets_lost,
                "rtt_ms": quality.rtt_ms,
                "nacked": quality.nacked,
                "resent": quality.resent,
            }
    return figures


def _watched(viewer: Viewer, show: Show) -> list[dict[str, Any]]:
    """Which layer it is sent of each slot whose picture it sees."""
    found = {index: slot.subscriptions.get(viewer) for index, slot in show.slots.items()}
    seen = {index: each.layer.rid or None for index, each in found.items() if each is not None and each.seen}
    return [{"slot": index, "rid": rid} for index, rid in seen.items()]


def _resident_bytes() -> int:
    try:
        return int(File("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES
    except OSError:  # no /proc: macOS
        import resource  # noqa: PLC0415  not on every platform

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
