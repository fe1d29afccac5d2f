import { expect, it } from "vitest";
import { linesOf } from "./canned.ts";

it("makes one reply of each line, once", () => {
  expect(linesOf(" Hello \n\n{product} is {price}\nHello\n")).toEqual(["Hello", "{product} is {price}"]);
});
