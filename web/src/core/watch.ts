// A Peer that receives what is on stage: video and audio of slot 0, the host, and of slots 1 to 3, the callers. All are
// asked for from the start, so that nobody negotiates again when somebody comes on stage.
import { Peer, type PeerHandlers } from "./peer.ts";

const SLOTS = 4;

/**
 * `host` false: without the picture of slot 0, for the host's own page. Its sound is asked for all the same: Chromium
 * takes no answer that refuses the line which all others are bundled with, and that is the first one.
 */
export function watcher(url: string, handlers: PeerHandlers, host = true): Peer {
  const prepare = (pc: RTCPeerConnection) => {
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const video = slot > 0 || host ? "recvonly" : "inactive";
      if (host) pc.addTransceiver("video", { direction: video });
      pc.addTransceiver("audio", { direction: "recvonly" });
      if (!host) pc.addTransceiver("video", { direction: video });
    }
    return null;
  };
  return new Peer({ url, token: null }, prepare, handlers);
}
