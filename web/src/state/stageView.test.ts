import { expect, it } from "vitest";
import { LayoutChoice } from "./stageView.ts";

function storage(kept: Record<string, string> = {}) {
  const getItem = (key: string) => kept[key] ?? null;
  const setItem = (key: string, value: string) => {
    kept[key] = value;
  };
  return () => ({ getItem, setItem });
}

it("keeps the layout that was chosen", () => {
  const place = storage();
  new LayoutChoice(place).toggle();
  expect(new LayoutChoice(place).layout.value).toBe("grid");
});

it("shows the host large where nothing is kept, and where nothing can be", () => {
  const refused = () => {
    throw new DOMException("no storage", "SecurityError");
  };
  const choice = new LayoutChoice(refused);
  expect([new LayoutChoice(storage()).layout.value, choice.layout.value]).toEqual(["host", "host"]);
  choice.toggle();
  expect(choice.layout.value).toBe("grid");
});
