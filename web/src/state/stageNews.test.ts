import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { StageNews } from "./stageNews.ts";

const nowhere = () => {
  throw new DOMException("no storage", "SecurityError");
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("knows who speaks, and who spoke last", () => {
  const news = new StageNews(nowhere);
  news.take([null, "speaker", { slot: 2 }, 0]);
  news.take([null, "speaker", { slot: null }, 0]);
  expect([news.speaker.value, news.spoke.value]).toEqual([null, 2]);
  news.take([null, "speaker", { slot: 0 }, 0]);
  expect([news.speaker.value, news.spoke.value]).toEqual([0, 0]);
});

it("takes down what nothing followed", () => {
  const news = new StageNews(nowhere);
  expect(news.captioned.value).toBe(false);
  news.take([null, "caption", { text: "Hello", final: false }, 0]);
  vi.advanceTimersByTime(6_000);
  news.take([null, "caption", { text: "Hello all", final: true }, 0]);
  vi.advanceTimersByTime(6_000);
  expect(news.caption.value?.text).toBe("Hello all");
  vi.advanceTimersByTime(2_000);
  expect([news.caption.value, news.captioned.value]).toEqual([null, true]);
});

it("keeps whether captions are read", () => {
  const kept: Record<string, string> = {};
  const place = () => ({
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => {
      kept[key] = value;
    },
  });
  new StageNews(place).toggle();
  expect(new StageNews(place).reading.value).toBe(false);
  const forgetful = new StageNews(nowhere);
  forgetful.toggle();
  expect(forgetful.reading.value).toBe(false);
});
