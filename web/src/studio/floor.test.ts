import { describe, expect, it } from "vitest";
import { floorEdit, floorOf } from "./floor.ts";

describe("the lowest price in offers", () => {
  it.each([
    ["", "CNY", 1990, null],
    ["9.9", "CNY", 1990, 990],
    ["0", "CNY", 1990, 0],
    ["19.90", "CNY", 1990, 1990],
    ["19.91", "CNY", 1990, "bad"],
    ["100", "JPY", 500, 100],
    ["1.5", "JPY", 500, "bad"],
    ["1.250", "KWD", 2000, 1250],
    ["much", "CNY", 1990, "bad"],
    ["5", "CNY", null, 500],
  ])("%s %s with a price of %s is %s", (typed, currency, price, floor) => {
    expect(floorOf(typed, currency, price)).toBe(floor);
  });

  it("is left as it is when it is neither known nor typed", () => {
    expect(floorEdit(null, undefined)).toEqual({});
    expect(floorEdit(900, undefined)).toEqual({ floor_minor: 900 });
    expect(floorEdit(null, 900)).toEqual({ floor_minor: null });
    expect(floorEdit(null, null)).toEqual({ floor_minor: null });
    expect(floorEdit(0, 900)).toEqual({ floor_minor: 0 });
  });
});
