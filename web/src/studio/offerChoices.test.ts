import { describe, expect, it } from "vitest";
import type { Product } from "../core/protocol.ts";
import { bundleOf, choicesOf } from "./offerChoices.ts";

const variant = (id: string, price_minor: number, available: number) => ({
  id,
  title: id,
  price_minor,
  stock: 99,
  available,
  version: 1,
  prices: [],
});
const product = (title: string, currency: string, ...variants: ReturnType<typeof variant>[]): Product => ({
  id: title,
  title,
  currency,
  url: null,
  images: [],
  seller: "u1",
  on_sale: true,
  variants,
});
const choices = [
  product("Tea", "CNY", variant("raw", 12_800, 7), variant("ripe", 15_800, 3)),
  product("Tote", "CNY", variant("Tote", 8_900, 100)),
  product("Cup", "JPY", variant("cup", 500, 5)),
].flatMap(choicesOf);

describe("a bundle", () => {
  it("adds up what is in it and says for how many the stock is enough", () => {
    const parts = new Map([
      ["raw", 2],
      ["Tote", 1],
      ["ripe", 0],
    ]);
    expect(bundleOf(choices, parts)).toEqual({
      lines: [
        { variant: "raw", quantity: 2 },
        { variant: "Tote", quantity: 1 },
      ],
      currency: "CNY",
      usual_minor: 2 * 12_800 + 8_900,
      possible: 3,
    });
  });

  it("has no currency when it has several, or nothing in it", () => {
    const mixed = new Map([
      ["raw", 1],
      ["cup", 1],
    ]);
    expect(bundleOf(choices, mixed).currency).toBeNull();
    expect(bundleOf(choices, new Map())).toMatchObject({ lines: [], currency: null, usual_minor: 0 });
  });

  it("names a variant after its product once", () => {
    expect(choices.map(({ label }) => label.split(" · ")[0])).toEqual(["Tea", "Tea", "Tote", "Cup"]);
    expect(choices[2]?.label.match(/Tote/g)?.length).toBe(1);
  });
});
