import { describe, expect, it } from "vitest";
import { captureCode, loudness, wishes } from "./capture.ts";

describe("wishes", () => {
  it("asks for the chosen devices first and for less after that", () => {
    const list = wishes({ camera: "cam", microphone: null });
    expect(list[0]?.video).toMatchObject({ deviceId: { exact: "cam" }, width: { ideal: 1280 } });
    expect(list[0]?.audio).not.toHaveProperty("deviceId");
    expect(list.at(-2)).toEqual({ video: true });
    expect(list.at(-1)).toEqual({ audio: true });
  });

  it("names no device when none was chosen", () => {
    expect(JSON.stringify(wishes({ camera: null, microphone: null }))).not.toContain("deviceId");
  });
});

describe("captureCode", () => {
  it("knows the browser's names", () => {
    const named = (name: string) => Object.assign(new Error(), { name });
    const names = ["NotAllowedError", "NotFoundError", "NotReadableError", "SecurityError", "Strange"];
    expect(names.map((name) => captureCode(named(name)))).toEqual(["refused", "missing", "busy", "insecure", "failed"]);
  });
});

describe("loudness", () => {
  it("is 0 for silence, 1 for full scale and in between on a decibel scale", () => {
    expect(loudness(new Float32Array(8))).toBe(0);
    expect(loudness(new Float32Array(8).fill(1))).toBe(1);
    expect(loudness(new Float32Array(8).fill(0.0316))).toBeCloseTo(0.5, 2);
    expect(loudness(new Float32Array(8).fill(0.0001))).toBe(0);
  });
});
