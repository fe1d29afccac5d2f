import { describe, expect, it } from "vitest";
import { ApiError } from "../core/errors.ts";
import { Composing, graphemes, lengthOf, TEXT_MAX } from "./composing.ts";

describe("the length of a line", () => {
  it("counts what people see", () => {
    expect(graphemes("👩‍👩‍👧🇨🇳é")).toBe(3);
    expect(lengthOf("  a  ").used).toBe(1);
  });

  it("warns near the end and refuses beyond it", () => {
    expect(lengthOf("x".repeat(149))).toEqual({ used: 149, over: false, tight: false });
    expect(lengthOf("👩‍👩‍👧".repeat(TEXT_MAX))).toEqual({ used: 200, over: false, tight: true });
    expect(lengthOf("x".repeat(TEXT_MAX + 1)).over).toBe(true);
  });
});

describe("Composing", () => {
  it("gives another text another key, and keeps what was typed while sending", () => {
    const composing = new Composing();
    composing.write("one");
    const draft = composing.draft.value;
    composing.write("two");
    expect(composing.draft.value.key).not.toBe(draft.key);
    composing.sent(draft, 0, 0);
    expect(composing.draft.value.text).toBe("two");
    composing.sent(composing.draft.value, 0, 0);
    expect(composing.draft.value.text).toBe("");
  });

  it("counts down the pause of slow mode", () => {
    const composing = new Composing();
    composing.sent(composing.draft.value, 5_000, 1_000);
    expect([1_000, 1_001, 5_999, 6_000, 9_000].map((now) => composing.waitS(now))).toEqual([5, 5, 1, 0, 0]);
    composing.pauseAtMost(2_000, 1_000);
    expect(composing.waitS(1_000)).toBe(2);
  });

  it("learns the pause from a refusal", () => {
    const composing = new Composing();
    composing.refused(new ApiError("duplicate", 409, ""), 0);
    expect(composing.waitS(0)).toBe(0);
    composing.refused(new ApiError("slow_mode", 503, "", 7_500), 0);
    expect(composing.waitS(0)).toBe(8);
  });
});
