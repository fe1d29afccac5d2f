import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../core/errors.ts";
import type { Quality } from "../core/protocol.ts";
import { QualityChoice } from "./quality.ts";

const session = signal<string | null>(null);
const joined = signal(false);
let kept: Map<string, string>;
let asked: [session: string, quality: Quality][];
let refusals: ApiError[];
let hold: Promise<void> | null;
let storage: () => Pick<Storage, "getItem" | "setItem">;

let all: QualityChoice[];

function made(): QualityChoice {
  const choice = new QualityChoice({
    session,
    joined,
    async choose(to, quality) {
      asked.push([to, quality]);
      await hold;
      const refusal = refusals.shift();
      if (refusal) throw refusal;
    },
    storage: () => storage(),
  });
  all.push(choice);
  return choice;
}

beforeEach(() => {
  vi.useFakeTimers();
  [kept, asked, refusals, hold, all] = [new Map(), [], [], null, []];
  session.value = "s1";
  joined.value = true;
  storage = () => ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  });
});

afterEach(() => {
  for (const choice of all) choice.dispose();
  vi.useRealTimers();
});

const settled = () => vi.advanceTimersByTimeAsync(0);

describe("QualityChoice", () => {
  it("says nothing while the line decides", async () => {
    const choice = made();
    session.value = "s2";
    await settled();
    expect(choice.wanted.value).toBe("auto");
    expect(asked).toEqual([]);
  });

  it("says the choice at once, keeps it on this device and says it to each new session", async () => {
    const choice = made();
    choice.choose("low");
    await settled();
    session.value = "s2";
    await settled();
    choice.dispose();
    session.value = null;
    made();
    session.value = "s3";
    await settled();
    expect(asked).toEqual([
      ["s1", "low"],
      ["s2", "low"],
      ["s3", "low"],
    ]);
  });

  it("says auto to a session that was told otherwise, and to no other", async () => {
    const choice = made();
    choice.choose("high");
    await settled();
    choice.choose("auto");
    await settled();
    session.value = "s2";
    await settled();
    expect(asked).toEqual([
      ["s1", "high"],
      ["s1", "auto"],
    ]);
  });

  it("does not repeat itself when only the socket was away", async () => {
    const choice = made();
    choice.choose("mid");
    await settled();
    joined.value = false;
    joined.value = true;
    await settled();
    expect(asked).toHaveLength(1);
    expect(choice.wanted.value).toBe("mid");
  });

  it("waits for the socket and for the session", async () => {
    session.value = null;
    joined.value = false;
    const choice = made();
    choice.choose("low");
    await settled();
    session.value = "s1";
    await settled();
    expect(asked).toEqual([]);
    joined.value = true;
    await settled();
    expect(asked).toEqual([["s1", "low"]]);
  });

  it("says one thing at a time, and of what was chosen meanwhile the last alone", async () => {
    let go: () => void = () => undefined;
    hold = new Promise((resolve) => {
      go = resolve;
    });
    const choice = made();
    for (const quality of ["high", "mid", "low"] as const) choice.choose(quality);
    await settled();
    go();
    await settled();
    expect(asked).toEqual([
      ["s1", "high"],
      ["s1", "low"],
    ]);
  });

  it("tries again when the server asks to wait or does not answer", async () => {
    refusals = [new ApiError("rate_limited", 503, "", 500), new ApiError("network", 0, "no answer")];
    const choice = made();
    choice.choose("low");
    await vi.advanceTimersByTimeAsync(499);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked).toHaveLength(3);
    expect(choice.error.value).toBeNull();
  });

  it("gives up where trying again is no use, and says why until something else is chosen", async () => {
    refusals = [new ApiError("unknown_op", 409, "")];
    const choice = made();
    choice.choose("low");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(1);
    expect(choice.error.value?.code).toBe("unknown_op");
    choice.choose("high");
    await settled();
    expect(choice.error.value).toBeNull();
    expect(asked).toHaveLength(2);
  });

  it("tells nobody of a session that is gone: another one follows", async () => {
    refusals = [new ApiError("not_found", 409, "")];
    const choice = made();
    choice.choose("low");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(choice.error.value).toBeNull();
    session.value = "s2";
    await settled();
    expect(asked).toEqual([
      ["s1", "low"],
      ["s2", "low"],
    ]);
  });

  it("takes what it does not know for auto", () => {
    kept.set("livecart.quality", "ultra");
    expect(made().wanted.value).toBe("auto");
  });

  it("works where the browser keeps nothing", async () => {
    storage = () => {
      throw new DOMException("denied", "SecurityError");
    };
    const choice = made();
    choice.choose("low");
    await settled();
    expect(asked).toEqual([["s1", "low"]]);
  });
});
