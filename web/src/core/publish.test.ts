import { describe, expect, it } from "vitest";
import { ranked } from "./publish.ts";

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
