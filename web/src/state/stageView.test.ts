import { expect, it } from "vitest";
import { areasOf, LayoutChoice, largeOf, sizesOf } from "./stageView.ts";

function storage(kept: Record<string, string> = {}) {
  const getItem = (key: string) => kept[key] ?? null;
  const setItem = (key: string, value: string) => {
    kept[key] = value;
  };
  return () => ({ getItem, setItem });
}

it("keeps what was chosen", () => {
  const place = storage();
  const choice = new LayoutChoice(place);
  choice.toggle();
  choice.toggleFollowing();
  const again = new LayoutChoice(place);
  expect([again.layout.value, again.following.value]).toEqual(["grid", true]);
});

it("shows the host large where nothing is kept, and where nothing can be", () => {
  const refused = () => {
    throw new DOMException("no storage", "SecurityError");
  };
  const choice = new LayoutChoice(refused);
  expect([new LayoutChoice(storage()).layout.value, choice.layout.value]).toEqual(["host", "host"]);
  choice.toggle();
  choice.toggleFollowing();
  expect([choice.layout.value, choice.following.value]).toEqual(["grid", true]);
});

it("makes large who spoke last, where one wants that and he is still there", () => {
  expect(largeOf(false, 2, [1, 2])).toBe(0);
  expect(largeOf(true, 2, [1, 2])).toBe(2);
  expect(largeOf(true, 2, [1])).toBe(0);
  expect([largeOf(true, null, [1]), largeOf(true, 0, [1])]).toEqual([0, 0]);
});

it.each([
  [{ layout: "host", slots: [1], large: 0 }, { 0: "large", 1: "s1" }, ["large", "medium"]],
  [{ layout: "host", slots: [1, 3], large: 0 }, { 0: "large", 1: "s1", 3: "s2" }, ["large", "small", "small", "small"]],
  [{ layout: "host", slots: [1, 2], large: 2 }, { 2: "large", 0: "s1", 1: "s2" }, ["small", "small", "large"]],
  [{ layout: "grid", slots: [2], large: 0 }, { 0: "s0", 2: "s1" }, ["medium", "small", "medium"]],
  [{ layout: "host", slots: [], large: 0 }, { 0: "large" }, ["large"]],
] as const)("gives each slot a place and a size that fits it: %o", (scene, areas, sizes) => {
  expect(Object.fromEntries(areasOf(scene))).toEqual(areas);
  expect(sizesOf(scene)).toEqual(sizes);
});
