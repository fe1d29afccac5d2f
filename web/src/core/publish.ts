// A Peer that sends one camera and one microphone. Simulcast takes its place in `sendEncodings`.
import type { Endpoint } from "./negotiate.ts";
import { Peer, type PeerHandlers } from "./peer.ts";

const MAX_VIDEO_BPS = 2_500_000;

export function publisher(endpoint: Endpoint, stream: () => MediaStream, handlers: PeerHandlers): Peer {
  const prepare = (pc: RTCPeerConnection) => {
    const [video] = stream().getVideoTracks();
    const [audio] = stream().getAudioTracks();
    if (audio) pc.addTransceiver(audio, { direction: "sendonly", streams: [stream()] });
    if (!video) return;
    video.contentHint = "motion";
    const transceiver = pc.addTransceiver(video, {
      direction: "sendonly",
      streams: [stream()],
      sendEncodings: [{ maxBitrate: MAX_VIDEO_BPS }],
    });
    preferCodecs(transceiver);
  };
  return new Peer(endpoint, prepare, handlers);
}

/** Every viewer decodes H.264 constrained baseline, most of them in hardware; VP8 is what all browsers share besides. */
function preferCodecs(transceiver: RTCRtpTransceiver): void {
  // Browsers differ in which capabilities they compare a sendonly transceiver with; the default order is a fair fallback.
  for (const capabilities of [RTCRtpSender.getCapabilities("video"), RTCRtpReceiver.getCapabilities("video")]) {
    try {
      transceiver.setCodecPreferences(ranked(capabilities?.codecs ?? []));
      return;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }
}

export function ranked<C extends { mimeType: string; sdpFmtpLine?: string }>(codecs: readonly C[]): C[] {
  const rank = (codec: C): number => {
    const type = codec.mimeType.toLowerCase();
    const fmtp = codec.sdpFmtpLine ?? "";
    if (type === "video/h264" && /packetization-mode=1/.test(fmtp))
      return /profile-level-id=42[ce]0/i.test(fmtp) ? 0 : 2;
    if (type === "video/vp8") return 1;
    return type === "video/rtx" || type === "video/red" || type === "video/ulpfec" ? 4 : 3;
  };
  return [...codecs].sort((a, b) => rank(a) - rank(b));
}
