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
