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
    { type: "candidate-pair", bytesSent: 999_999, currentRoundTripTime: 9 },
    { type: "candidate-pair", nominated: true, bytesSent: 999_999, currentRoundTripTime: 0.0421 },
  ];
}

function layer(rid: string, seconds: number, fps: number, frameHeight: number | undefined, reason = "none") {
  return {
    type: "outbound-rtp",
    kind: "video",
    rid,
    timestamp: seconds * 1000,
    bytesSent: seconds * fps * 1000,
    packetsSent: seconds * fps,
    framesEncoded: seconds * fps,
    frameHeight,
    frameWidth: frameHeight === undefined ? undefined : (frameHeight / 9) * 16,
    qualityLimitationReason: reason,
  };
}

describe("healthBetween", () => {
  it("gives rates between two readings", () => {
    const before = flowOf(outbound(1_000, 100_000, 30, 0), "out");
    const after = flowOf(outbound(3_000, 600_000, 90, 10), "out");
    expect(healthBetween(before, after)).toEqual({
      kbps: 2000,
      fps: 30,
      lossPercent: 2,
      rttMs: 42,
      width: 1280,
      height: 720,
      limit: null,
      layers: [{ rid: null, kbps: 2000, fps: 30, width: 1280, height: 720 }],
    });
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
    expect(flowOf([entry], "in")).toMatchObject({ bytes: 7, packets: 2, lost: 1, rttMs: null });
    expect(flowOf([entry], "in").pictures).toEqual([{ rid: null, bytes: 7, frames: 3, width: 0, height: 0 }]);
  });

  it("tells the sizes of a simulcast apart, and counts no picture three times", () => {
    const reading = (seconds: number) =>
      flowOf([layer("m", seconds, 20, 360), layer("l", seconds, 20, 180), layer("h", seconds, 20, 720)], "out");
    const health = healthBetween(reading(1), reading(3));
    expect(health).toMatchObject({ fps: 20, kbps: 480, width: 1280, height: 720, limit: null });
    expect(health?.layers.map(({ rid, kbps, fps, height }) => [rid, kbps, fps, height])).toEqual([
      ["h", 160, 20, 720],
      ["m", 160, 20, 360],
      ["l", 160, 20, 180],
    ]);
  });

  it("sees which size rests, and does not boast of it", () => {
    const reading = (seconds: number) =>
      flowOf([layer("l", seconds, 20, 180), layer("m", seconds, 20, 360), layer("h", 1, 20, undefined)], "out");
    const health = healthBetween(reading(1), reading(2));
    expect(health).toMatchObject({ fps: 20, height: 360 });
    expect(health?.layers.map(({ rid, fps }) => [rid, fps])).toEqual([
      ["h", 0],
      ["m", 20],
      ["l", 20],
    ]);
  });

  it("counts no size that was turned off or not taken by the server", () => {
    const off = { ...layer("h", 1, 20, 720), active: false };
    const flow = flowOf([layer("l", 1, 20, 180), off], "out");
    expect(flow.pictures.map((picture) => picture.rid)).toEqual(["l"]);
    expect(flow.bytes).toBe(40_000);
  });

  it.each([
    [["none", "bandwidth", "none"], "bandwidth"],
    [["cpu", "bandwidth", "none"], "cpu"],
    [["bandwidth", "cpu", "none"], "cpu"],
    [["none", "other", "none"], null],
  ] as const)("says what holds the browser back: %j", (reasons, limit) => {
    const rids = ["l", "m", "h"];
    expect(
      flowOf(
        reasons.map((reason, index) => layer(rids[index] ?? "", 1, 20, 180, reason)),
        "out",
      ).limit,
    ).toBe(limit);
  });
});
