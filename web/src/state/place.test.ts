import { describe, expect, it } from "vitest";
import { linkTo, readSpot } from "./place.ts";

describe("a spot in the address", () => {
  it("is a section, and what is looked at there", () => {
    expect(readSpot("#queue")).toEqual({ section: "queue", what: "" });
    expect(readSpot("#log/topic:a/b")).toEqual({ section: "log", what: "topic:a/b" });
    expect(readSpot("")).toEqual({ section: "", what: "" });
  });

  it("comes back from its own link whatever it names", () => {
    for (const what of ["", "a", "kind=a&by=你 好", "100 %", "x#y/z"]) {
      expect(readSpot(linkTo({ section: "log", what }))).toEqual({ section: "log", what });
    }
  });

  it("forgives what is no address", () => {
    expect(readSpot("#log/%")).toEqual({ section: "log", what: "" });
  });
});
