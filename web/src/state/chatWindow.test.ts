import { describe, expect, it } from "vitest";
import type { ChatLine } from "./chat.ts";
import { around, CUT, linesAfter, moved, newest, SPAN, STEP, TAIL } from "./chatWindow.ts";

function line(at_ms: number): ChatLine {
  return { id: `m${at_ms}`, author: { id: "u1", display_name: "Ana", role: "viewer" }, text: "", at_ms };
}

/** Lines from the first to the last number, without those that were deleted. */
function chat(first: number, last: number, ...deleted: number[]): ChatLine[] {
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return numbers.filter((number) => !deleted.includes(number)).map(line);
}

const range = (lines: readonly ChatLine[]) => [lines[0]?.at_ms, lines.at(-1)?.at_ms, lines.length];

describe("the lines in the page", () => {
  it("are the newest while one follows, the oldest taken out now and then", () => {
    expect(range(newest(chat(1, TAIL + CUT), null))).toEqual([1, TAIL + CUT, TAIL + CUT]);
    expect(range(newest(chat(1, 300), null))).toEqual([301 - TAIL, 300, TAIL]);
    const first = line(301 - TAIL);
    expect(range(newest(chat(1, 300 + CUT), first))).toEqual([301 - TAIL, 300 + CUT, TAIL + CUT]);
    expect(range(newest(chat(1, 301 + CUT), first))).toEqual([302 + CUT - TAIL, 301 + CUT, TAIL]);
    expect(newest([], null)).toEqual([]);
    const [released, ...rest] = chat(1, 3);
    if (!released) throw new Error("no line");
    expect(newest([...rest, released], released), "released after the others").toHaveLength(3);
  });

  it("stay where one reads, however many come", () => {
    const top = line(241);
    expect(range(around(chat(1, 300), top))).toEqual([241, 300, 60]);
    expect(range(around(chat(1, 2_000), top))).toEqual([241, 240 + SPAN, SPAN]);
  });

  it("move by steps as far as there are lines", () => {
    const lines = chat(1, 400);
    const up = moved(lines, line(341), -STEP);
    expect(up.at_ms).toBe(341 - STEP);
    expect(moved(lines, line(20), -STEP).at_ms).toBe(1);
    expect(moved(lines, line(20), STEP).at_ms).toBe(20 + STEP);
    expect(range(around(lines, moved(lines, line(240), STEP)))).toEqual([401 - SPAN, 400, SPAN]);
    // Beyond the last whole stretch it stays where it is.
    expect(moved(lines, line(341), STEP).at_ms).toBe(341);
  });

  it("stay about where they were when their first one is deleted or too old", () => {
    expect(range(around(chat(1, 400, 200), line(200)))[0]).toBe(199);
    expect(range(around(chat(300, 2_000), line(200)))[0]).toBe(300);
    expect(around([], line(200))).toEqual([]);
    expect(moved([], line(200), STEP).at_ms).toBe(200);
  });

  it("are never only the last few", () => {
    expect(range(around(chat(1, 300), line(299)))).toEqual([301 - TAIL, 300, TAIL]);
  });
});

describe("what is new", () => {
  it("is what came after the newest that was seen, also when that one was deleted", () => {
    expect(linesAfter(chat(1, 305), line(300))).toBe(5);
    expect(linesAfter(chat(1, 300), line(300))).toBe(0);
    expect(linesAfter(chat(1, 305, 300), line(300))).toBe(5);
    expect(linesAfter(chat(1, 299), line(300))).toBe(0);
    expect(linesAfter([], line(300))).toBe(0);
  });
});
