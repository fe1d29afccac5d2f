import { describe, expect, it } from "vitest";
import { cellsOf, readGoods } from "./goodsFile.ts";

const read = (text: string) => readGoods(text, "CNY", ["CNY", "JPY"]);
const faults = (text: string) => read(`title,price,stock,variant,currency,floor\n${text}`).lines[0]?.faults;

describe("cells of a table", () => {
  it("are found in quotes, over several lines, between any of the usual separators", () => {
    expect(cellsOf('a,b\r\n"1, 2","say ""hi""\nthere"\r\n')).toEqual([
      ["a", "b"],
      ["1, 2", 'say "hi"\nthere'],
    ]);
    expect(cellsOf("\uFEFFa;b\n1,5;2")).toEqual([
      ["a", "b"],
      ["1,5", "2"],
    ]);
    expect(cellsOf("a\tb\n\n \n1\t2")).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
    expect(cellsOf("")).toEqual([]);
    expect(cellsOf('a\n"never closed')).toEqual([["a"], ["never closed"]]);
  });
});

describe("goods from a table", () => {
  it("are products, lines with one title variants of one", () => {
    const file = read(
      "Stock,Title,Variant,Price,Floor,Currency\n5,Cup,Blue,19.90,12,\n3,Cup,Red,21,,CNY\n1,Print,,3000,,jpy",
    );
    expect(file.lines.flatMap((line) => line.faults)).toEqual([]);
    expect(file.products).toEqual([
      {
        title: "Cup",
        currency: "CNY",
        variants: [
          { title: "Blue", price_minor: 1_990, stock: 5, floor_minor: 1_200 },
          { title: "Red", price_minor: 2_100, stock: 3, floor_minor: null },
        ],
      },
      {
        title: "Print",
        currency: "JPY",
        variants: [{ title: "Print", price_minor: 3_000, stock: 1, floor_minor: null }],
      },
    ]);
  });

  it("are not read without the columns that are needed", () => {
    expect(read("title,stock\nCup,5")).toEqual({ lines: [], products: [], missing: ["price"] });
    expect(read("").missing).toEqual(["title", "price", "stock"]);
  });

  it("say what is wrong with a line, and leave it out", () => {
    expect(faults("Cup,19.90,5,,,")).toEqual([]);
    expect(faults(",19.90,5,,,")).toEqual(["title"]);
    expect(faults(`${"x".repeat(121)},1,5,,,`)).toEqual(["title"]);
    expect(faults("Cup,free,5,,,")).toEqual(["price"]);
    expect(faults("Cup,0,5,,,")).toEqual(["price"]);
    expect(faults("Cup,-1,5,,,")).toEqual(["price"]);
    expect(faults("Cup,1.999,5,,,")).toEqual(["price"]);
    expect(faults("Cup,1.5,5,,JPY,")).toEqual(["price"]);
    expect(faults("Cup,1,many,,,")).toEqual(["stock"]);
    expect(faults("Cup,1,-5,,,")).toEqual(["stock"]);
    expect(faults("Cup,1,1000001,,,")).toEqual(["stock"]);
    expect(faults("Cup,1,5,,XAU,")).toEqual(["currency"]);
    expect(faults("Cup,1,5,,,2")).toEqual(["floor"]);
    expect(faults("Cup,1,5,,,low")).toEqual(["floor"]);
    expect(faults(`Cup,1,5,${"x".repeat(81)},,`)).toEqual(["variant"]);
    expect(faults("Cup,1,5,,,,more")).toEqual(["columns"]);
    const twice = read(
      "title,price,stock,variant,currency\nCup,1,5,Blue,\nCup,2,5,Blue,\nCup,2,5,Red,JPY\nCup,3,5,Red,",
    );
    expect(twice.lines.map((line) => [line.number, ...line.faults])).toEqual([
      [2],
      [3, "variant"],
      [4, "currency"],
      [5],
    ]);
    expect(twice.products[0]?.variants.map(({ title }) => title)).toEqual(["Blue", "Red"]);
  });
});
