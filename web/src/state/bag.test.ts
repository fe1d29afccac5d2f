import { describe, expect, it } from "vitest";
import type { Bag, Product } from "../core/protocol.ts";
import { available, ownPictures, ShowBag } from "./bag.ts";

function product(id: string, ...left: number[]): Product {
  const variants = left.map((amount, index) => ({
    id: `${id}v${index}`,
    title: `kind ${index}`,
    price_minor: 100,
    stock: 50,
    available: amount,
    version: 0,
    prices: [],
  }));
  return { id, title: id, currency: "CNY", url: null, images: [], seller: "u1", on_sale: true, variants };
}

function filled(): ShowBag {
  const bag = new ShowBag();
  bag.reset({ version: 3, products: [product("p1", 10, 5), product("p2", 1)] } satisfies Bag, "p1");
  return bag;
}

const left = (bag: ShowBag) => bag.products.value.map(available);

describe("ShowBag", () => {
  it("takes absolute stock and ignores older versions", () => {
    const bag = filled();
    bag.setStock({ product: "p1", variant: "p1v0", available: 8, version: 12 });
    bag.setStock({ product: "p1", variant: "p1v0", available: 9, version: 11 });
    expect(left(bag)).toEqual([13, 1]);
  });

  it("counts versions for each variant by itself", () => {
    const bag = filled();
    bag.setStock({ product: "p1", variant: "p1v0", available: 8, version: 12 });
    bag.setStock({ product: "p2", variant: "p2v0", available: 0, version: 1 });
    expect(left(bag)).toEqual([13, 0]);
  });

  it("shows the product that the newest event names", () => {
    const bag = filled();
    bag.show({ product: "p2", version: 5 });
    bag.show({ product: "p1", version: 4 });
    expect(bag.showing.value?.id).toBe("p2");
    bag.show({ product: null, version: 6 });
    expect(bag.showing.value).toBeNull();
  });

  it("shows nothing that is not in the bag", () => {
    const bag = filled();
    bag.replace({ version: 4, products: [product("p2", 1)] });
    expect(bag.showing.value).toBeNull();
  });

  it("ignores an older bag, and takes any snapshot", () => {
    const bag = filled();
    bag.replace({ version: 2, products: [] });
    expect(bag.products.value).toHaveLength(2);
    bag.reset({ version: 1, products: [] }, null);
    expect(bag.products.value).toHaveLength(0);
  });
});

describe("a product's pictures", () => {
  it("are those that the shop keeps: a foreign host would learn who watches", () => {
    const images = ["https://elsewhere.example/a.webp", "//elsewhere.example/b.webp", "/pictures/c-1200.webp"];
    expect(ownPictures({ ...product("p1"), images })).toEqual(["/pictures/c-1200.webp"]);
  });
});
