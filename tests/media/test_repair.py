"""Loss on the way to a viewer is repaired from the ring, by RTX where negotiated."""

from __future__ import annotations

import random
from typing import Any

import pytest

from media.core import negotiation


class Lossy:
    """The relay's socket, losing a share of one stream's packets on their first way out."""

    def __init__(self, sock: Any, ssrc: int, share: float) -> None:
        self._socket = sock
        self._ssrc = ssrc.to_bytes(4, "big")
        self._rng = random.Random(3)
        self._share = share
        self._seen: set[tuple[Any, bytes]] = set()
        self.dropped = 0

    def sendto(self, data: Any, address: Any) -> int:
        key = (address, bytes(data[2:12]))
        first = key not in self._seen
        self._seen.add(key)
        if first and bytes(data[8:12]) == self._ssrc and self._rng.random() < self._share:
            self.dropped += 1
            return len(data)
        return int(self._socket.sendto(data, address))

    def sendmsg(self, buffers: Any, _control: Any, _flags: int, address: Any) -> int:
        return self.sendto(buffers[0], address)


@pytest.mark.parametrize("rtx", [True, False])
async def test_lost_packets_are_asked_for_and_sent_again(
    stage: Any, eventually: Any, rtx: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not rtx:
        monkeypatch.setattr(negotiation, "_retransmissions", lambda _media, _payloads: {})
    await stage.publish(size=(640, 480))
    viewer = await stage.watch()
    assert ("a=ssrc-group:FID" in viewer.connection.remoteDescription.sdp) == rtx
    await eventually(lambda: viewer.frames >= 1)
    lossy = Lossy(stage.relay._egress._socket, stage.relay.shows["s"].slots[0].video.ssrc, 0.3)
    stage.relay._egress._socket = lossy
    stage.relay.sessions[viewer.session].peer.path.segmented = False
    await eventually(lambda: lossy.dropped >= 5 and stage.relay.counters.values["resent"] >= lossy.dropped)
    frames = viewer.frames
    await eventually(lambda: viewer.frames >= frames + 10)
