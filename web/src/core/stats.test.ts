import { describe, expect, it } from "vitest";
import { flowOf, healthBetween } from "./stats.ts";

function outbound(timestamp: number, bytesSent: number, framesEncoded: number, packetsLost: number) {
  return [
    {
      type: "outbound-rtp",
      kind: "video",
      timestamp,
      bytesSent,
      framesEncoded,
      packetsSent: bytesSent / 1000,
      frameWidth: 1280,
      frameHeight: 720,
    },
    { type: "outbound-rtp", kind: "audio", timestamp, bytesSent: 0, packetsSent: 0 },
    { type: "remote-inbound-rtp", kind: "video", packetsLost },
    { type: "candidate-pair", bytesSent: 999_999 },
  ];
}

describe("healthBetween", () => {
  it("gives rates between two readings", () => {
    const before = flowOf(outbound(1_000, 100_000, 30, 0), "out");
    const after = flowOf(outbound(3_000, 600_000, 90, 10), "out");
    expect(healthBetween(before, after)).toEqual({ kbps: 2000, fps: 30, lossPercent: 2, width: 1280, height: 720 });
  });

  it("says nothing at first, and nothing after a new session began", () => {
    const flow = flowOf(outbound(1_000, 100_000, 30, 0), "out");
    expect(healthBetween(null, flow)).toBeNull();
    expect(healthBetween(flow, flowOf(outbound(2_000, 10, 1, 0), "out"))).toBeNull();
    expect(healthBetween(flow, flow)).toBeNull();
  });

  it("reads what comes in for a viewer", () => {
    const entry = {
      type: "inbound-rtp",
      kind: "video",
      timestamp: 5,
      bytesReceived: 7,
      packetsReceived: 2,
      packetsLost: 1,
      framesDecoded: 3,
    };
    expect(flowOf([entry], "in")).toMatchObject({ bytes: 7, packets: 2, lost: 1, frames: 3 });
  });
});
