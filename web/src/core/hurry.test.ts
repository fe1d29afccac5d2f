import { expect, it } from "vitest";
import { hurry } from "./hurry.ts";

it("asks each browser in its own words, and takes it back", () => {
  const standard = { jitterBufferTarget: null, playoutDelayHint: null };
  const older = { playoutDelayHint: null };
  const without = {};
  hurry([standard, older, without], true);
  expect([standard, older, without]).toEqual([
    { jitterBufferTarget: 0, playoutDelayHint: null },
    { playoutDelayHint: 0 },
    {},
  ]);
  hurry([standard, older], false);
  expect([standard.jitterBufferTarget, older.playoutDelayHint]).toEqual([null, null]);
});
