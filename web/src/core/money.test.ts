import { describe, expect, it } from "vitest";
import { formatMoney, minorDigits, parsePrice } from "./money.ts";

describe("formatMoney", () => {
  it("puts the decimal point where the currency has it", () => {
    expect(formatMoney({ amount_minor: 1990, currency: "CNY" }, "en")).toBe("CN¥19.90");
    expect(formatMoney({ amount_minor: 1990, currency: "CNY" }, "zh-CN")).toBe("¥19.90");
    expect(formatMoney({ amount_minor: 1990, currency: "JPY" }, "en")).toBe("¥1,990");
    expect(formatMoney({ amount_minor: 1990, currency: "KWD" }, "en")).toMatch(/1\.990$/);
  });
});

describe("minorDigits", () => {
  it("knows currencies without cents and with three decimals", () => {
    expect(["EUR", "JPY", "KWD"].map(minorDigits)).toEqual([2, 0, 3]);
  });
});

describe("parsePrice", () => {
  it("reads what people type without rounding errors", () => {
    expect(parsePrice("19.9", "CNY")).toBe(1990);
    expect(parsePrice("19,90", "CNY")).toBe(1990);
    expect(parsePrice("0.07", "CNY")).toBe(7);
    expect(parsePrice(" 1 200 ", "CNY")).toBe(120_000);
    expect(parsePrice("1200", "JPY")).toBe(1200);
    expect(parsePrice("1.005", "KWD")).toBe(1005);
  });

  it("refuses what it would have to guess at", () => {
    for (const text of ["", "-1", "abc", "1.999", "1,234.50", "1e3", "9999999999"]) {
      expect(parsePrice(text, "CNY")).toBeNull();
    }
    expect(parsePrice("1.5", "JPY")).toBeNull();
  });
});
