import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import type { Coupon } from "../core/rest.ts";
import { type CouponDraft, type CouponState, Coupons, stateOf } from "./coupons.ts";

const draft: CouponDraft = {
  code: "ten",
  kind: "percent",
  value: 10,
  currency: "CNY",
  minimum_minor: 0,
  per_person: 1,
  total: null,
  starts_at: null,
  ends_at: null,
  whole_shop: false,
};
const coupon = (code: string, more: Partial<Coupon> = {}): Coupon => ({
  ...draft,
  code,
  used: 0,
  disabled_at: null,
  created_at: "2026-01-01T00:00:00Z",
  ...more,
});

type Answer = [status: number, body: unknown] | "no answer";

function shop(...script: Answer[]) {
  const sent: { path: string; key: string | null }[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const key = new Headers(init?.headers).get("Idempotency-Key");
    sent.push({ path: String(url).replace("/api/v1/", ""), key });
    const answer = script.shift();
    if (answer === undefined || answer === "no answer") return Promise.reject(new TypeError("no network"));
    return Promise.resolve(Response.json(answer[1], { status: answer[0] }));
  };
  const http = new Http("/api/v1", { fetch, sleep: () => Promise.resolve(), random: () => 0 });
  return { coupons: new Coupons(http), sent };
}

const codes = ({ items }: Coupons) => items.value?.map(({ code }) => code);

describe("coupons", () => {
  it("come page by page, the newest first", async () => {
    const late = coupon("A", { created_at: "2026-02-01T00:00:00Z" });
    const { coupons, sent } = shop(
      [200, { coupons: [coupon("Z"), late], next: "5a" }],
      [200, { coupons: [coupon("B", { created_at: "2026-01-15T00:00:00Z" })], next: null }],
    );
    expect(coupons.items.value).toBeNull();
    await coupons.refresh();
    expect(codes(coupons)).toEqual(["A", "B", "Z"]);
    expect(sent.map(({ path }) => path)).toEqual(["coupons?limit=100", "coupons?limit=100&cursor=5a"]);
  });

  it("stay on the page while the server is away", async () => {
    const { coupons } = shop([200, { coupons: [coupon("A")], next: null }], "no answer");
    await coupons.refresh();
    await coupons.refresh();
    expect(codes(coupons)).toEqual(["A"]);
    expect(coupons.error.value?.code).toBe("network");
  });

  it("are made once however often it is tried without an answer", async () => {
    const lost: Answer[] = ["no answer", "no answer", "no answer"];
    const { coupons, sent } = shop(...lost, [201, { coupon: coupon("TEN") }], [409, { code: "code_taken" }]);
    await expect(coupons.make(draft)).rejects.toMatchObject({ code: "network" });
    await coupons.make(draft);
    expect(codes(coupons)).toEqual(["TEN"]);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
    await expect(coupons.make(draft)).rejects.toMatchObject({ code: "code_taken" });
    expect(sent.at(-1)?.key).not.toBe(sent[0]?.key);
  });

  it("are ended in their place", async () => {
    const ended = coupon("B", { disabled_at: "2026-01-02T00:00:00Z" });
    const { coupons, sent } = shop(
      [200, { coupons: [coupon("A"), coupon("B")], next: null }],
      [200, { coupon: ended }],
    );
    await coupons.refresh();
    await coupons.end("B");
    expect(sent.at(-1)?.path).toBe("coupons/B/disable");
    expect(coupons.items.value?.map(({ disabled_at }) => disabled_at !== null)).toEqual([false, true]);
  });

  it.each<[Partial<Coupon>, CouponState]>([
    [{}, "valid"],
    [{ starts_at: "2026-01-01T00:00:01Z" }, "coming"],
    [{ starts_at: "2026-01-01T00:00:00Z", ends_at: "2026-01-01T00:00:01Z" }, "valid"],
    [{ ends_at: "2026-01-01T00:00:00Z" }, "over"],
    [{ total: 2, used: 2 }, "used_up"],
    [{ total: 2, used: 1 }, "valid"],
    [{ total: 2, used: 2, disabled_at: "2025-01-01T00:00:00Z" }, "disabled"],
  ])("%o are %s", (more, state) => {
    expect(stateOf(coupon("A", more), Date.parse("2026-01-01T00:00:00Z"))).toBe(state);
  });
});
