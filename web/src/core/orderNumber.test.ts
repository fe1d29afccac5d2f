import { expect, test } from "vitest";
import { orderNumber } from "./orderNumber.ts";

test("orders of the same moment have different numbers", () => {
  expect(orderNumber("019acb0c5d1e8f4a2b3c4d5e6f70a1b2")).toBe("6F70A1B2");
  expect(orderNumber("019acb0c5d1e8f4a2b3c4d5e6f70a1b3")).toBe("6F70A1B3");
});

test("an id that is short is its own number", () => {
  expect(orderNumber("o1")).toBe("O1");
});
