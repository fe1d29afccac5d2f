import { describe, expect, it } from "vitest";
import { ApiError } from "../core/errors.ts";
import type { Gift, GiftStreak } from "../core/protocol.ts";
import { GATHER_MS, GiftFeed, GiftSending, LINGER_MS } from "./gifts.ts";

const rose: Gift = { id: "rose", name: "Rose", icon: "🌹", price: { amount_minor: 100, currency: "CNY" } };
const tea: Gift = { ...rose, id: "tea", name: "Tea" };

function streak(changed: Partial<GiftStreak> = {}): GiftStreak {
  return {
    streak: "g1",
    show: "tea",
    from: { id: "ana", display_name: "Ana" },
    gift: rose,
    count: 1,
    total: rose.price,
    final: false,
    ends_at: "2026-01-01T00:00:05.000Z",
    version: 1,
    ...changed,
  };
}

describe("the gifts of a room", () => {
  const counts = (feed: GiftFeed) => feed.streaks.value.map(({ streak, count }) => `${streak}×${count}`);

  it("are streaks that grow, whatever is told twice or late", () => {
    const feed = new GiftFeed();
    const first = streak();
    const second = streak({ count: 4, version: 2 });
    feed.take([first], 0);
    feed.take([first, second], 10);
    feed.take([first, second], 20);
    expect(counts(feed)).toEqual(["g1×4"]);
  });

  it("go out of sight some time after the last one, and do not come back with the end of the streak", () => {
    const feed = new GiftFeed();
    feed.take([streak()], 0);
    feed.take([streak({ count: 2, version: 2 })], 1_000);
    feed.expire(LINGER_MS + 999);
    expect(counts(feed)).toEqual(["g1×2"]);
    feed.take([streak({ count: 2, version: 3, final: true })], 5_000);
    feed.expire(LINGER_MS + 1_000);
    expect(counts(feed)).toEqual([]);
    feed.take([streak({ streak: "g2" })], 20_000);
    feed.expire(40_000);
    feed.take([streak({ streak: "g2", version: 2, final: true })], 40_000);
    expect(counts(feed)).toEqual([]);
  });

  it("show a streak of which only the end was heard, and its last gifts where those were left out", () => {
    const feed = new GiftFeed();
    feed.take([streak({ count: 9, version: 4, final: true })], 0);
    feed.take([streak({ streak: "g2" })], 0);
    feed.take([streak({ streak: "g2", count: 7, version: 5, final: true })], 0);
    expect(counts(feed)).toEqual(["g1×9", "g2×7"]);
  });

  it("are a few at a time, the newest", () => {
    const feed = new GiftFeed();
    feed.take(
      [1, 2, 3, 4, 5, 6].map((n) => streak({ streak: `g${n}` })),
      0,
    );
    expect(counts(feed)).toEqual(["g3×1", "g4×1", "g5×1", "g6×1"]);
    feed.take(
      Array.from({ length: 500 }, (_, n) => streak({ streak: `h${n}` })),
      0,
    );
    expect(counts(feed)).toHaveLength(4);
  });
});

function rig() {
  const sent: { gift: string; count: number; key: string }[] = [];
  const answers: (ApiError | null)[] = [];
  const waits: { ms: number; done: () => void }[] = [];
  let keys = 0;
  const sending = new GiftSending({
    send: async (gift, count, key) => {
      sent.push({ gift, count, key });
      const refusal = answers.shift();
      if (refusal) throw refusal;
      return streak({ gift: gift === "tea" ? tea : rose, count, version: sent.length });
    },
    key: () => `k${++keys}`,
    sleep: (ms) => new Promise((done) => waits.push({ ms, done })),
  });
  const pass = async () => {
    const wait = waits.shift();
    wait?.done();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    return wait?.ms;
  };
  return { sending, sent, answers, waits, pass };
}

describe("sending gifts", () => {
  it("gathers quick taps of one gift into one request, and shows what the server confirmed", async () => {
    const { sending, sent, pass } = rig();
    for (let tap = 0; tap < 5; tap += 1) void sending.tap(rose);
    expect(sending.waiting.value).toBe(5);
    expect(sending.last.value).toBeNull();
    expect(await pass()).toBe(GATHER_MS);
    expect(sent).toEqual([{ gift: "rose", count: 5, key: "k1" }]);
    expect(sending.last.value?.count).toBe(5);
    expect(sending.waiting.value).toBe(0);
  });

  it("sends different gifts in their order, one after the other", async () => {
    const { sending, sent, pass } = rig();
    for (const gift of [rose, tea, rose]) void sending.tap(gift);
    await pass();
    await pass();
    expect(sent.map(({ gift, count }) => `${gift}×${count}`)).toEqual(["rose×2", "tea×1"]);
  });

  it("never puts more into a request than it may carry", async () => {
    const { sending, sent, pass } = rig();
    for (let tap = 0; tap < 1_001; tap += 1) void sending.tap(rose);
    await pass();
    await pass();
    expect(sent.map(({ count }) => count)).toEqual([1_000, 1]);
  });

  it("forgets everything that waits when one is refused", async () => {
    const { sending, sent, answers, waits, pass } = rig();
    answers.push(new ApiError("gift_cap_reached", 409, "", null, { left_minor: "50" }));
    void sending.tap(rose);
    void sending.tap(tea);
    await pass();
    expect(sending.refused.value?.error.code).toBe("gift_cap_reached");
    expect([sending.waiting.value, waits.length, sent.length]).toEqual([0, 0, 1]);
    void sending.tap(tea);
    expect(sending.refused.value).toBeNull();
    await pass();
    expect(sent[1]?.gift).toBe("tea");
    expect(sent[1]?.key).not.toBe(sent[0]?.key);
  });

  it("tries again with the same key when no answer came, and waits as long as it is told to", async () => {
    const { sending, sent, answers, pass } = rig();
    answers.push(new ApiError("network", 0, ""), new ApiError("rate_limited", 503, "", 700));
    void sending.tap(rose);
    await pass();
    expect(await pass()).toBe(1_000);
    expect(await pass()).toBe(700);
    expect(new Set(sent.map(({ key, count }) => `${key} ${count}`))).toEqual(new Set(["k1 1"]));
    expect(sent).toHaveLength(3);
    expect(sending.refused.value).toBeNull();
    expect(sending.last.value?.count).toBe(1);
  });

  it("keeps what may have arrived, so that trying again cannot send it twice", async () => {
    const { sending, sent, answers, pass } = rig();
    answers.push(...Array.from({ length: 3 }, () => new ApiError("network", 0, "")));
    void sending.tap(rose);
    void sending.tap(rose);
    await pass();
    void sending.tap(tea);
    await pass();
    await pass();
    expect(sending.refused.value?.error.code).toBe("network");
    // The tea is not sent unasked.
    expect(sending.waiting.value).toBe(2);
    void sending.again();
    await pass();
    expect(sent.map(({ gift, count, key }) => `${gift}×${count} ${key}`)).toEqual(Array(4).fill("rose×2 k1"));
    expect([sending.waiting.value, sending.refused.value]).toEqual([0, null]);
  });
});
