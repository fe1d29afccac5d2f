import { describe, expect, it } from "vitest";
import { faultOf, ORDER_MAX, stepped, unitsOf } from "./units.ts";

describe("how many one may take", () => {
  it("is what is left, what each buyer may have, or what an order may have", () => {
    expect(unitsOf(3, null)).toEqual({ most: 3, limitedBy: "stock" });
    expect(unitsOf(9, 2)).toEqual({ most: 2, limitedBy: "buyer" });
    expect(unitsOf(2, 2)).toEqual({ most: 2, limitedBy: "stock" });
    expect(unitsOf(5_000, null)).toEqual({ most: ORDER_MAX, limitedBy: "order" });
    expect(unitsOf(-1, null)).toEqual({ most: 0, limitedBy: "stock" });
  });

  it("tells what is wrong with a number that was typed", () => {
    const units = unitsOf(9, 2);
    expect([1, 2, 3, 0, -1, 1.5, Number.NaN].map((wanted) => faultOf(wanted, units))).toEqual([
      null,
      null,
      "buyer",
      "not_whole",
      "not_whole",
      "not_whole",
      "not_whole",
    ]);
    expect(faultOf(4, unitsOf(3, null))).toBe("stock");
    expect(faultOf(101, unitsOf(500, null))).toBe("order");
  });

  it("finds no fault in the number when nothing is left", () => {
    expect(faultOf(2, unitsOf(0, null))).toBeNull();
  });

  it("steps within the limits, from wherever one is", () => {
    expect(stepped(1, -1, 5)).toBe(1);
    expect(stepped(4, 1, 5)).toBe(5);
    expect(stepped(5, 1, 5)).toBe(5);
    expect(stepped(90, -1, 5)).toBe(5);
    expect(stepped(Number.NaN, 1, 5)).toBe(1);
    expect(stepped(1, 1, 0)).toBe(1);
  });
});
