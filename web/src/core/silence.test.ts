import { describe, expect, it } from "vitest";
import { Silence } from "./silence.ts";

const pair = (bytesReceived: number, responsesReceived: number) => [
  { type: "candidate-pair", bytesReceived, responsesReceived },
  { type: "inbound-rtp", bytesReceived: Math.random() },
];

describe("Silence", () => {
  it("grows while neither bytes nor answers come", () => {
    const silence = new Silence();
    expect(silence.read(pair(100, 1), 0)).toBe(0);
    expect(silence.read(pair(100, 1), 500)).toBe(500);
    expect(silence.read(pair(100, 1), 1_000)).toBe(1_000);
    expect(silence.read(pair(100, 2), 1_500)).toBe(0);
    expect(silence.read(pair(101, 2), 2_000)).toBe(0);
    expect(silence.read(pair(101, 2), 2_500)).toBe(500);
  });

  it("is the end sooner where something came all the time", () => {
    const hears = (everyMs: number, forMs: number) => {
      const silence = new Silence();
      for (let at = 0; at <= forMs; at += 500) silence.read(pair(100, Math.floor(at / everyMs)), at);
      return silence.longestMs;
    };
    // Media, or Chromium's checks.
    expect(hears(500, 6_000)).toBe(4_000);
    expect(hears(2_500, 10_000)).toBe(4_000);
    // A connection that has just begun, and Firefox's checks.
    expect(hears(500, 5_500)).toBe(8_000);
    expect(hears(5_000, 60_000)).toBe(8_000);
  });

  it("counts from the last pause on", () => {
    const silence = new Silence();
    for (let at = 0; at <= 6_000; at += 500) silence.read(pair(at, 0), at);
    expect(silence.longestMs).toBe(4_000);
    for (let at = 6_500; at <= 9_500; at += 500) silence.read(pair(6_000, 0), at);
    silence.read(pair(7_000, 0), 10_000);
    expect(silence.longestMs).toBe(8_000);
  });

  it("does not take the page's own sleep for silence", () => {
    const silence = new Silence();
    silence.read(pair(100, 1), 0);
    expect(silence.read(pair(100, 1), 60_000)).toBe(2_000);
  });

  it("says nothing where the browser does not count", () => {
    const silence = new Silence();
    for (const at of [0, 5_000, 10_000]) {
      expect(silence.read([{ type: "candidate-pair", bytesReceived: 7 }], at)).toBe(0);
    }
  });
});
