import { expect, test } from "vitest";
import { at, prefixOf } from "./shopPath.ts";

test("the prefix is what stands before the assets", () => {
  expect(prefixOf("https://shop.example/assets/page-1.js")).toBe("");
  expect(prefixOf("https://example.org/live/assets/page-1.js")).toBe("/live");
  expect(prefixOf("http://example.org:8080/a/assets/b/assets/page-1.js")).toBe("/a/assets/b");
  expect(prefixOf("file:///somewhere/src/core/shopPath.ts")).toBe("");
});

test("without a prefix a path is itself", () => {
  expect(at("/orders")).toBe("/orders");
});
