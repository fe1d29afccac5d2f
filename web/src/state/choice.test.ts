import { describe, expect, it } from "vitest";
import type { Offer, Product, Variant } from "../core/protocol.ts";
import { cartUnits, choiceOf, firstOf, type Shelf, soldOutBeside } from "./choice.ts";

function variant(id: string, available: number, price_minor = 1_000): Variant {
  return { id, title: id, price_minor, stock: available, available, version: 0, prices: [] };
}

function product(...variants: Variant[]): Product {
  return { id: "p1", title: "Cup", currency: "CNY", url: null, images: [], seller: "u1", on_sale: true, variants };
}

const OFFER: Offer = {
  id: "f1",
  show: "s1",
  title: "Cup today",
  lines: [{ product: "p1", variant: "red", quantity: 1, unit_price_minor: 1_000 }],
  price: { amount_minor: 700, currency: "CNY" },
  price_minor: 700,
  list_minor: 1_000,
  quantity: 10,
  available: 4,
  sold: 6,
  per_buyer: 2,
  mode: "reserve",
  state: "open",
  starts_at: "2026-01-01T10:00:00Z",
  ends_at: "2026-01-01T10:05:00Z",
  closed_at: null,
  version: 1,
};
const DURING = Date.parse("2026-01-01T10:01:00Z");

function shelf(of: Product, more: Partial<Shelf> = {}): Shelf {
  return { product: of, products: [of], offer: null, over: false, atMs: DURING, held: () => 0, had: () => 0, ...more };
}

describe("what is put into a cart", () => {
  it("is the variant, or all of a set so many times", () => {
    const red = variant("red", 3);
    expect(cartUnits(null, red, 2)).toEqual([{ variant: "red", quantity: 2 }]);
    const lid = { product: "p2", variant: "lid", quantity: 2, unit_price_minor: 100 };
    expect(cartUnits({ ...OFFER, lines: [...OFFER.lines, lid] }, red, 3)).toEqual([
      { variant: "red", quantity: 3 },
      { variant: "lid", quantity: 6 },
    ]);
  });
});

describe("what is chosen", () => {
  it("has the price and the stock of its variant", () => {
    const cup = product(variant("red", 3), variant("blue", 1, 1_200));
    expect(choiceOf(shelf(cup), "blue")).toMatchObject({ price_minor: 1_200, left: 1, goods: { variant: "blue" } });
    expect(choiceOf(shelf(cup), "red")?.units).toEqual({ most: 3, limitedBy: "stock" });
    expect(choiceOf(shelf(product()), "red")).toBeNull();
  });

  it("stays chosen when it is sold out, and says so", () => {
    const cup = product(variant("red", 0), variant("blue", 1));
    expect(choiceOf(shelf(cup), "red")).toMatchObject({ variant: { id: "red" }, hindrance: "sold_out", left: 0 });
  });

  it("counts what a waitlist holds for this person", () => {
    const cup = product(variant("red", 0), variant("blue", 2));
    const held = (goods: object) => ("variant" in goods && goods.variant === "red" ? 1 : 0);
    expect(choiceOf(shelf(cup, { held }), "red")).toMatchObject({ left: 1, hindrance: null });
    expect(firstOf({ product: cup, held })).toBe("red");
    expect(soldOutBeside({ product: cup, held }, "blue")).toEqual([]);
  });

  it("is an offer at its price, under its limit, until it is over", () => {
    const cup = product(variant("red", 3));
    const offered = shelf(cup, { offer: OFFER });
    expect(choiceOf(offered, "red")).toMatchObject({
      goods: { offer: "f1" },
      price_minor: 700,
      left: 3,
      units: { most: 2, limitedBy: "buyer" },
      hindrance: null,
    });
    expect(choiceOf({ ...offered, had: () => 1 }, "red")?.units).toEqual({ most: 1, limitedBy: "buyer" });
    expect(choiceOf({ ...offered, over: true }, "red")?.hindrance).toBe("offer_closed");
    expect(choiceOf({ ...offered, atMs: Date.parse("2026-01-01T10:05:00Z") }, "red")?.hindrance).toBe("offer_closed");
  });

  it("cannot be had of goods that were taken off sale", () => {
    const cup = { ...product(variant("red", 3)), on_sale: false };
    expect(choiceOf(shelf(cup), "red")?.hindrance).toBe("not_on_sale");
  });

  it("begins with the first that is there, and names those that one can wait for", () => {
    const cup = product(variant("red", 0), variant("blue", 2), variant("green", 0));
    expect(firstOf(shelf(cup))).toBe("blue");
    expect(soldOutBeside(shelf(cup), "red").map(({ id }) => id)).toEqual(["green"]);
    expect(firstOf(shelf(product(variant("red", 0))))).toBe("red");
  });
});
