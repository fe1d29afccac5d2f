import { describe, expect, it } from "vitest";
import { sizeRows } from "./sizes.ts";

const sent = (rid: string | null, height: number, fps = 20) => ({
  rid,
  kbps: height,
  fps,
  width: (height / 9) * 16,
  height,
});
const there = (rid: string, watching: number) => ({ rid, bitrate_bps: 123_456, fps: 19.6, watching });

describe("sizeRows", () => {
  it("puts what is sent and who watches it side by side, the largest first", () => {
    const rows = sizeRows([sent("l", 180), sent("h", 720), sent("m", 360)], [there("m", 4), there("l", 0)]);
    expect(rows.map(({ rid, width, height, kbps, watching }) => [rid, width, height, kbps, watching])).toEqual([
      ["h", 1280, 720, 720, null],
      ["m", 640, 360, 123, 4],
      ["l", 320, 180, 123, 0],
    ]);
  });

  it("has no rows without simulcast", () => {
    expect(sizeRows([sent(null, 720)], [])).toEqual([]);
    expect(sizeRows([], [])).toEqual([]);
  });

  it("gives a size that rests no measure, though the browser remembers its last one", () => {
    expect(sizeRows([sent("h", 720, 0)], [])).toEqual([
      { rid: "h", width: 0, height: 0, kbps: 720, fps: 0, watching: null },
    ]);
  });

  it("takes the server's figures where the browser has none, and names that it does not know last", () => {
    expect(sizeRows([], [there("x", 1), there("m", 2)])).toEqual([
      { rid: "m", width: 0, height: 0, kbps: 123, fps: 20, watching: 2 },
      { rid: "x", width: 0, height: 0, kbps: 123, fps: 20, watching: 1 },
    ]);
  });
});
