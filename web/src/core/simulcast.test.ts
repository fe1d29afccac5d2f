import { describe, expect, it } from "vitest";
import { encodingsFor, refitted } from "./simulcast.ts";

const hd = { width: 1280, height: 720 };
const vga = { width: 640, height: 480 };
const tiny = { width: 320, height: 240 };

const three = () => encodingsFor(hd).map((encoding) => ({ ...encoding, active: true, priority: "low" as const }));
const two = () => encodingsFor(vga).map((encoding) => ({ ...encoding, active: true }));

const shape = (encodings: readonly RTCRtpEncodingParameters[]) =>
  encodings.map(({ rid, scaleResolutionDownBy, maxBitrate, active }) => [
    rid,
    scaleResolutionDownBy,
    (maxBitrate ?? 0) / 1000,
    active,
  ]);

describe("encodingsFor", () => {
  it("sends three sizes of an HD picture, the lowest first", () => {
    expect(encodingsFor(hd)).toEqual([
      { rid: "l", scaleResolutionDownBy: 4, maxBitrate: 150_000 },
      { rid: "m", scaleResolutionDownBy: 2, maxBitrate: 500_000 },
      { rid: "h", scaleResolutionDownBy: 1, maxBitrate: 1_700_000 },
    ]);
  });

  it.each([
    [1920, 1080, 3],
    [960, 540, 3],
    [848, 539, 2],
    [640, 480, 2],
    [640, 360, 2],
    [638, 359, 1],
    [320, 240, 1],
    [720, 1280, 3],
    [480, 640, 2],
  ])("sends as many sizes of %i × %i as a browser makes: %i", (width, height, count) => {
    const encodings = encodingsFor({ width, height });
    expect(encodings.map((encoding) => encoding.rid)).toEqual(
      count === 1 ? [undefined] : ["l", "m", "h"].slice(0, count),
    );
    expect(encodings.at(-1)?.scaleResolutionDownBy).toBe(1);
    expect(encodings.reduce((sum, encoding) => sum + (encoding.maxBitrate ?? 0), 0)).toBeLessThanOrEqual(2_500_000);
  });

  it("takes a picture of unknown size for what was asked of the camera", () => {
    expect(encodingsFor({})).toHaveLength(3);
  });

  it("sends a shared screen in one size, as large as it may be", () => {
    expect(encodingsFor({ ...hd, displaySurface: "window" })).toEqual([
      { scaleResolutionDownBy: 1, maxBitrate: 2_500_000 },
    ]);
  });
});

describe("refitted", () => {
  it("changes nothing while the picture is the same", () => {
    expect(refitted(three(), hd)).toEqual(three());
    expect(refitted(two(), vga)).toEqual(two());
  });

  it("sends the whole picture where the server took one of the sizes", () => {
    const [lowest] = three();
    expect(shape(refitted(lowest ? [lowest] : [], hd))).toEqual([["l", 1, 2_500, true]]);
    expect(shape(refitted([{ maxBitrate: 1 }], tiny))).toEqual([[undefined, 1, 700, true]]);
  });

  it("lets the sizes rest that are too many for a smaller camera, and wakes them for a larger one", () => {
    const small = refitted(three(), vga);
    expect(shape(small)).toEqual([
      ["l", 2, 150, true],
      ["m", 1, 900, true],
      ["h", 1, 1_700, false],
    ]);
    expect(shape(refitted(small, tiny)).map(([rid, scale, , active]) => [rid, scale, active])).toEqual([
      ["l", 1, true],
      ["m", 1, false],
      ["h", 1, false],
    ]);
    expect(refitted(small, hd)).toEqual(three());
  });

  it("sends the larger sizes when fewer were negotiated than fit", () => {
    expect(shape(refitted(two(), hd))).toEqual([
      ["l", 2, 500, true],
      ["m", 1, 1_700, true],
    ]);
  });

  it("keeps what else the browser said of an encoding", () => {
    expect(refitted(three(), vga).every((encoding) => encoding.priority === "low")).toBe(true);
  });
});
