import { expect, it } from "vitest";
import { linesIn, linesMax, ofAllShows, ofShow } from "./wordList.ts";

it.each([
  ["", 0],
  ["a", 1],
  ["a\n", 1],
  ["a\nb", 2],
  ["\n\n", 2],
])("counts the lines of %j", (text, lines) => expect(linesIn(text)).toBe(lines));

it("knows that a show's own list is shorter", () => {
  expect([linesMax(ofAllShows("spam")), linesMax(ofShow("s1"))]).toEqual([200_000, 2_000]);
});
