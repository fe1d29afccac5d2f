import { describe, expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";

const options = { baseMs: 500, capMs: 15_000 };

describe("backoffMs", () => {
  it("doubles from the base until the cap", () => {
    expect([0, 1, 2, 3, 4, 5, 60].map((attempt) => backoffMs(attempt, 0, options))).toEqual([
      250, 500, 1_000, 2_000, 4_000, 7_500, 7_500,
    ]);
  });

  it("spreads a crowd over the upper half of the delay", () => {
    expect(backoffMs(2, 0, options)).toBe(1_000);
    expect(backoffMs(2, 0.5, options)).toBe(1_500);
    expect(backoffMs(2, 0.999, options)).toBeLessThan(2_000);
  });

  it("never passes the cap", () => {
    expect(backoffMs(1_000, 0.999, options)).toBeLessThanOrEqual(15_000);
  });
});
