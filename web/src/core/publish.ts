// A Peer that sends one camera and one microphone.
import type { Endpoint } from "./negotiate.ts";
import { Peer, type PeerHandlers } from "./peer.ts";
import { ALONE_BPS, encodingsFor, refitted } from "./simulcast.ts";

export function publisher(endpoint: Endpoint, stream: () => MediaStream, handlers: PeerHandlers): Peer {
  const prepare = (pc: RTCPeerConnection) => {
    const [video] = stream().getVideoTracks();
    const [audio] = stream().getAudioTracks();
    if (audio) pc.addTransceiver(audio, { direction: "sendonly", streams: [stream()] });
    if (!video) return null;
    video.contentHint ||= "motion";
    const transceiver = addVideo(pc, video, stream());
    preferCodecs(transceiver);
    return () => refit(transceiver.sender);
  };
  return new Peer(endpoint, prepare, handlers);
}

/** A browser that knows no simulcast refuses the encodings as a whole; one is taken by all. */
function addVideo(pc: RTCPeerConnection, video: MediaStreamTrack, stream: MediaStream): RTCRtpTransceiver {
  const init: RTCRtpTransceiverInit = { direction: "sendonly", streams: [stream] };
  try {
    return pc.addTransceiver(video, { ...init, sendEncodings: encodingsFor(video.getSettings()) });
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    return pc.addTransceiver(video, { ...init, sendEncodings: [{ maxBitrate: ALONE_BPS }] });
  }
}

/** After the answer, and after another camera took the place of the first: see `refitted`. */
async function refit(sender: RTCRtpSender): Promise<void> {
  if (!sender.track) return;
  const parameters = sender.getParameters();
  parameters.encodings = refitted(parameters.encodings, sender.track.getSettings());
  // Else Chromium shrinks a whole simulcast when the encoder is busy, and leaves out its largest size (seen with H.264).
  if (parameters.encodings.length > 1) parameters.degradationPreference = "maintain-resolution";
  await sender.setParameters(parameters);
}

/**
 * Every viewer decodes H.264 constrained baseline, most of them in hardware; VP8 is what all browsers share besides.
 * Simulcast is no reason for another order: Chromium 156 with OpenH264 was seen to send all three sizes of 1280 × 720,
 * each as its own H.264 stream, from the first second on.
 */
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
