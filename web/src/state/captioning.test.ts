import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../core/errors.ts";
import { Captioning, type Recogniser, tail } from "./captioning.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Ear implements Recogniser {
  lang = "";
  continuous = false;
  interimResults = false;
  onresult: Recogniser["onresult"] = null;
  onerror: Recogniser["onerror"] = null;
  onend: Recogniser["onend"] = null;
  starts = 0;
  start = () => {
    this.starts += 1;
  };
  abort = () => this.onend?.();

  hears(...words: [string, boolean][]): void {
    const results = words.map(([transcript, isFinal]) => Object.assign([{ transcript }], { isFinal }));
    this.onresult?.({ resultIndex: 0, results });
  }
}

function stand(refusal: ApiError | null = null) {
  const ear = new Ear();
  const said: string[] = [];
  const captioning = new Captioning(
    () => ear,
    async (text, final) => {
      said.push(final ? `${text}.` : text);
      if (refusal) throw refusal;
    },
  );
  captioning.start("zh-CN");
  return { ear, said, captioning };
}

it("says what is final at once, and twice a second what is not", () => {
  const { ear, said } = stand();
  ear.hears([" this tea", false]);
  ear.hears([" this tea was", false]);
  vi.advanceTimersByTime(500);
  ear.hears([" this tea was picked", true]);
  vi.advanceTimersByTime(2_000);
  expect([ear.lang, said]).toEqual(["zh-CN", ["this tea was", "this tea was picked."]]);
});

it("goes on when the recogniser ends by itself, until it is stopped", () => {
  const { ear, captioning } = stand();
  ear.onerror?.({ error: "no-speech" });
  ear.onend?.();
  vi.advanceTimersByTime(1_000);
  expect([ear.starts, captioning.running.value]).toEqual([2, true]);
  captioning.stop();
  vi.advanceTimersByTime(1_000);
  expect([ear.starts, captioning.running.value]).toEqual([2, false]);
});

it("says why it cannot", () => {
  for (const [error, fault] of [
    ["not-allowed", "refused"],
    ["network", "failed"],
  ]) {
    const { ear, captioning } = stand();
    ear.onerror?.({ error: error ?? "" });
    expect([captioning.fault.value, captioning.running.value]).toEqual([fault, false]);
  }
  const none = new Captioning(
    () => null,
    async () => undefined,
  );
  none.start("en");
  expect(none.fault.value).toBe("failed");
});

it("is not stopped by a refusal", async () => {
  const { ear, said, captioning } = stand(new ApiError("rate_limited", 0, ""));
  ear.hears(["one", true], ["two", true]);
  await vi.advanceTimersByTimeAsync(0);
  expect([said, captioning.running.value]).toEqual([["one.", "two."], true]);
});

it("sends the end of a long sentence, from a whole word on", () => {
  expect(tail("short")).toBe("short");
  const long = tail(`${"word ".repeat(60)}end`);
  expect(long.length).toBeLessThanOrEqual(200);
  expect(long.startsWith("word ") && long.endsWith("end")).toBe(true);
  expect(tail("字".repeat(300))).toHaveLength(200);
});
