import { describe, expect, it } from "vitest";
import { Course, lineOf, MOMENTS } from "./course.ts";

function storage(kept: Record<string, string> = {}): Storage {
  return {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => {
      kept[key] = value;
    },
  } as unknown as Storage;
}

const moment = (at_ms: number) => ({ at_ms, viewers: at_ms, likes: 0, orders: 0, sales_minor: 0 });

describe("the course of a show", () => {
  it("is there again after a reload, and of another show is another", () => {
    const kept = storage();
    new Course("s", () => kept).add(moment(1));
    expect(new Course("s", () => kept).moments.value).toEqual([moment(1)]);
    expect(new Course("other", () => kept).moments.value).toEqual([]);
    for (const broken of ["{", "7", '[{"at_ms":"x"}]']) {
      const bad = storage({ "livecart.course.s": broken });
      expect(new Course("s", () => bad).moments.value).toEqual([]);
    }
  });

  it("is the whole show's, however long it lasts", () => {
    const course = new Course("s", () => storage());
    for (let at = 0; at < 5 * MOMENTS; at += 1) course.add(moment(at));
    const times = course.moments.value.map(({ at_ms }) => at_ms);
    expect(times.length).toBeLessThanOrEqual(MOMENTS);
    expect(times.length).toBeGreaterThan(MOMENTS / 4);
    expect(times[0]).toBe(0);
    expect(times.at(-1)).toBeGreaterThan(5 * MOMENTS - 16);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });

  it("is drawn from the lower left, the highest on top", () => {
    expect(lineOf([0, 5, 10], 100, 20)).toBe("0,20 50,10 100,0");
    expect(lineOf([0, 0], 100, 20)).toBe("0,20 100,20");
    expect(lineOf([3], 100, 20)).toBe("");
  });
});
