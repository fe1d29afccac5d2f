import { describe, expect, it } from "vitest";
import type { Product } from "../core/protocol.ts";
import { moved, nextOf } from "./runSheet.ts";

const product = (id: string, available = 1, on_sale = true) =>
  ({ id, on_sale, variants: [{ available }] }) as unknown as Product;

describe("the run sheet", () => {
  const sheet = [product("a"), product("b", 0), product("c", 1, false), product("d")];

  it("goes on from what is shown, past what cannot be bought, and ends", () => {
    expect(nextOf(sheet, null)?.id).toBe("a");
    expect(nextOf(sheet, "a")?.id).toBe("d");
    expect(nextOf(sheet, "d")).toBeNull();
    expect(nextOf(sheet, "taken out meanwhile")?.id).toBe("a");
    expect(nextOf([], null)).toBeNull();
  });

  it("goes back", () => {
    expect(nextOf(sheet, "d", -1)?.id).toBe("a");
    expect(nextOf(sheet, "a", -1)).toBeNull();
    expect(nextOf(sheet, null, -1)).toBeNull();
  });

  it("is put into another order, a place at a time, and not beyond its ends", () => {
    expect(moved(["a", "b", "c"], "a", 1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b", "c"], "c", -1)).toEqual(["a", "c", "b"]);
    expect(moved(["a", "b"], "a", -1)).toEqual(["a", "b"]);
    expect(moved(["a", "b"], "b", 1)).toEqual(["a", "b"]);
    expect(moved(["a", "b"], "x", 1)).toEqual(["a", "b"]);
  });
});
