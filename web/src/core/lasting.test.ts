import { describe, expect, it } from "vitest";
import { isWeak, Lasting, troubleIn } from "./lasting.ts";

describe("Lasting", () => {
  it("tells what was found often enough in a row, and takes it back as slowly", () => {
    const lasting = new Lasting<string>(3);
    const found = ["bad", "bad", null, "bad", "bad", "bad", null, null, "bad", null, null, null];
    expect(found.map((finding) => lasting.read(finding))).toEqual([
      ...[null, null, null, null, null],
      ...["bad", "bad", "bad", "bad", "bad", "bad", null],
    ]);
  });

  it("changes from one trouble to another only when that lasts too", () => {
    const lasting = new Lasting<string>(2);
    expect(["cpu", "cpu", "line", "line"].map((finding) => lasting.read(finding))).toEqual([
      null,
      "cpu",
      "cpu",
      "line",
    ]);
  });
});

const health = { kbps: 900, fps: 30, lossPercent: 0, rttMs: 40, width: 640, height: 360, limit: null, layers: [] };

describe("troubleIn", () => {
  it.each([
    [{}, null],
    [{ lossPercent: 4.9 }, null],
    [{ lossPercent: 5 }, "loss"],
    [{ limit: "bandwidth", lossPercent: 20 }, "bandwidth"],
    [{ limit: "cpu" }, "cpu"],
  ] as const)("finds in %j: %s", (change, trouble) => {
    expect(troubleIn({ ...health, ...change })).toBe(trouble);
  });
});

describe("isWeak", () => {
  it.each([
    [{}, false],
    [{ lossPercent: 4.9 }, false],
    [{ lossPercent: 5 }, true],
    [{ rttMs: 699 }, false],
    [{ rttMs: 700 }, true],
    [{ rttMs: null }, false],
    [{ fps: 3, kbps: 40, height: 180 }, false],
  ])("judges %j as weak: %s", (change, weak) => {
    expect(isWeak({ ...health, ...change })).toBe(weak);
  });
});
