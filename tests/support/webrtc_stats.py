"""What a page's peer connections report, collected from outside the page's own code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

# Runs before the page's scripts: keeps every connection that the page makes.
KEEP_PEERS = """
(() => {
  const Native = window.RTCPeerConnection;
  window.livecartPeers = [];
  window.RTCPeerConnection = class extends Native {
    constructor(...args) { super(...args); window.livecartPeers.push(this); }
  };
})();
"""
_COLLECT = """
async () => {
  const found = [];
  for (const peer of window.livecartPeers.filter((one) => one.connectionState !== "closed"))
    for (const stat of (await peer.getStats()).values()) found.push(stat);
  return found;
}
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """Sums over the live connections of a page."""

    frames_decoded: int
    audio_energy: float
    packets_lost: int
    bytes_sent: int
    frames_encoded: int


def heard(page: Page) -> Heard:
    stats: list[dict[str, Any]] = page.evaluate(_COLLECT)

    def total(kind: str, key: str) -> Any:
        return sum(stat.get(key, 0) for stat in stats if stat["type"] == kind)

    return Heard(
        frames_decoded=total("inbound-rtp", "framesDecoded"),
        audio_energy=total("inbound-rtp", "totalAudioEnergy"),
        packets_lost=total("inbound-rtp", "packetsLost"),
        bytes_sent=total("outbound-rtp", "bytesSent"),
        frames_encoded=total("outbound-rtp", "framesEncoded"),
    )


def transports(page: Page) -> set[str]:
    """How the live connections of a page reach the server: `udp`, `tcp`."""
    return {transport for transport, _, _ in servers(page)}


def servers(page: Page) -> set[tuple[str, str, int]]:
    """Transport, address and port that the live connections of a page send to."""
    stats: list[dict[str, Any]] = page.evaluate(_COLLECT)
    by_id = {stat["id"]: stat for stat in stats}
    pairs = [by_id[stat["selectedCandidatePairId"]] for stat in stats if stat.get("selectedCandidatePairId")]
    remotes = [by_id[pair["remoteCandidateId"]] for pair in pairs]
    return {(remote["protocol"], remote["address"].strip("[]"), remote["port"]) for remote in remotes}
