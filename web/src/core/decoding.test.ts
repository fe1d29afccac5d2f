import { afterEach, describe, expect, it, vi } from "vitest";
import { lacksH264 } from "./decoding.ts";

afterEach(() => vi.unstubAllGlobals());

describe("lacksH264", () => {
  it.each([
    [["video/VP8", "video/H264"], false],
    [["video/VP8", "video/rtx", "video/AV1"], true],
  ])("of %j says %s", (types, lacks) => {
    const codecs = types.map((mimeType) => ({ mimeType, clockRate: 90_000 }));
    vi.stubGlobal("RTCRtpReceiver", { getCapabilities: () => ({ codecs }) });
    expect(lacksH264()).toBe(lacks);
  });

  it("assumes nothing of a browser that does not tell", () => {
    vi.stubGlobal("RTCRtpReceiver", {});
    expect(lacksH264()).toBe(false);
    vi.stubGlobal("RTCRtpReceiver", { getCapabilities: () => null });
    expect(lacksH264()).toBe(false);
  });
});
