import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { publisher, ranked } from "./publish.ts";

const h264 = (profile: string, mode: number) => ({
  mimeType: "video/H264",
  sdpFmtpLine: `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}`,
});

describe("ranked", () => {
  it("puts constrained baseline first, then VP8, then other H.264, and resending last", () => {
    const vp8 = { mimeType: "video/VP8" };
    const vp9 = { mimeType: "video/VP9", sdpFmtpLine: "profile-id=0" };
    const rtx = { mimeType: "video/rtx" };
    const offered = [rtx, vp8, vp9, h264("64001f", 1), h264("42001f", 1), h264("42e01f", 0), h264("42e01f", 1)];
    expect(ranked(offered)).toEqual([
      h264("42e01f", 1),
      vp8,
      h264("64001f", 1),
      h264("42001f", 1),
      vp9,
      h264("42e01f", 0),
      rtx,
    ]);
  });

  it("takes 42c0 for the same profile as 42e0", () => {
    expect(ranked([{ mimeType: "video/VP8" }, h264("42c01f", 1)])[0]).toEqual(h264("42c01f", 1));
  });
});

describe("publisher", () => {
  const inits: RTCRtpTransceiverInit[] = [];
  let refusal: Error | null = null;

  class FakeConnection extends EventTarget {
    createOffer = () => new Promise(() => undefined);
    close = () => undefined;
    addTransceiver = (_track: unknown, init: RTCRtpTransceiverInit) => {
      if (refusal && (init.sendEncodings?.length ?? 0) > 1) throw refusal;
      inits.push(init);
      return { setCodecPreferences: () => undefined };
    };
  }

  function publishing(width: number, height: number): number[] {
    inits.length = 0;
    const track = { contentHint: "", getSettings: () => ({ width, height }) };
    const stream = { getVideoTracks: () => [track], getAudioTracks: () => [] } as unknown as MediaStream;
    const peer = publisher({ url: "/whip/s1", token: "t" }, () => stream, { onState: () => undefined });
    peer.start();
    peer.dispose();
    return inits.map((init) => init.sendEncodings?.length ?? 0);
  }

  beforeEach(() => {
    refusal = null;
    vi.stubGlobal("window", new EventTarget());
    vi.stubGlobal("RTCPeerConnection", FakeConnection);
    vi.stubGlobal("MediaStream", class {});
    for (const name of ["RTCRtpSender", "RTCRtpReceiver"])
      vi.stubGlobal(name, { getCapabilities: () => ({ codecs: [] }) });
  });

  afterEach(() => vi.unstubAllGlobals());

  it("offers three sizes of an HD camera in one m-line", () => {
    expect(publishing(1280, 720)).toEqual([3]);
  });

  it.each([new TypeError("rid"), new DOMException("rid", "NotSupportedError")])("sends one size where %s", (error) => {
    refusal = error;
    expect(publishing(1280, 720)).toEqual([1]);
    expect(inits[0]?.sendEncodings).toEqual([{ maxBitrate: 2_500_000 }]);
  });
});
