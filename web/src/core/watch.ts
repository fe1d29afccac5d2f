// A Peer that receives what is on stage: video and audio of slot 0, the host, and of slots 1 to 3, the callers. All are
// asked for from the start, so that nobody negotiates again when somebody comes on stage.
import { Peer, type PeerHandlers } from "./peer.ts";

const SLOTS = 4;

/** `host` false: everything but slot 0, for the host's own page. */
export function watcher(url: string, handlers: PeerHandlers, host = true): Peer {
  const prepare = (pc: RTCPeerConnection) => {
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const direction = slot > 0 || host ? "recvonly" : "inactive";
      pc.addTransceiver("video", { direction });
      pc.addTransceiver("audio", { direction });
    }
    return null;
  };
  return new Peer({ url, token: null }, prepare, handlers);
}
