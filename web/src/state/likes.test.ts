import { describe, expect, it } from "vitest";
import { ApiError } from "../core/errors.ts";
import { BATCH_MAX, BATCH_MS, Likes } from "./likes.ts";

function rig() {
  const sent: number[] = [];
  const due: { run: () => void; ms: number }[] = [];
  const refusals: ApiError[] = [];
  const likes = new Likes(
    async (count) => {
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      sent.push(count);
    },
    (run, ms) => void due.push({ run, ms }),
  );
  const next = async () => {
    due.shift()?.run();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { likes, sent, due, refusals, next };
}

describe("Likes", () => {
  it("sends many taps as one message a second", async () => {
    const { likes, sent, due, next } = rig();
    for (let tap = 0; tap < 7; tap += 1) likes.tap();
    expect(due.map(({ ms }) => ms)).toEqual([BATCH_MS]);
    await next();
    expect(sent).toEqual([7]);
    expect(due).toEqual([]);
  });

  it("counts one's own once, before and after they are told", async () => {
    const { likes, next } = rig();
    likes.reset(100);
    likes.tap();
    likes.tap();
    expect(likes.total.value).toBe(102);
    await next();
    expect(likes.total.value).toBe(102);
    likes.add(5);
    expect(likes.total.value).toBe(105);
  });

  it("takes no more than a message carries", async () => {
    const { likes, sent, next } = rig();
    for (let tap = 0; tap < 80; tap += 1) likes.tap();
    await next();
    expect(sent).toEqual([BATCH_MAX]);
  });

  it("waits when told to, and gives up on anything else", async () => {
    const { likes, sent, due, refusals, next } = rig();
    refusals.push(new ApiError("rate_limited", 503, "", 4_000), new ApiError("show_ended", 409, ""));
    likes.tap();
    await next();
    expect(due.map(({ ms }) => ms)).toEqual([4_000]);
    await next();
    expect(sent).toEqual([]);
    expect(due).toEqual([]);
    expect(likes.total.value).toBe(0);
  });
});
