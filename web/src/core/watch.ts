// A Peer that receives one video and one audio track: slot 0 of the show, the host.
import { Peer, type PeerHandlers } from "./peer.ts";

export function watcher(url: string, handlers: PeerHandlers): Peer {
  const prepare = (pc: RTCPeerConnection) => {
    pc.addTransceiver("video", { direction: "recvonly" });
    pc.addTransceiver("audio", { direction: "recvonly" });
    return null;
  };
  return new Peer({ url, token: null }, prepare, handlers);
}
