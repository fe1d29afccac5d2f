import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import { Selling } from "./selling.ts";

function shop(...script: (number | "no answer")[]) {
  const sent: { path: string; key: string | null; body: unknown }[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const key = new Headers(init?.headers).get("Idempotency-Key");
    sent.push({ path: String(url).replace("/api/v1/", ""), key, body: JSON.parse(String(init?.body)) });
    const status = script.shift();
    if (status === undefined || status === "no answer") return Promise.reject(new TypeError("no network"));
    return Promise.resolve(Response.json({ order: {}, code: "order_state" }, { status }));
  };
  const http = new Http("/api/v1", { fetch, sleep: () => Promise.resolve(), random: () => 0 });
  return { selling: new Selling(http), sent };
}

const wish = { amount_minor: 500, reason: "a scratch", return_goods: false };

describe("a seller's order", () => {
  it("is refunded once however often it is tried without an answer", async () => {
    const { selling, sent } = shop("no answer", "no answer", "no answer", 200, 200);
    await expect(selling.refund("o1", wish)).rejects.toMatchObject({ code: "network" });
    await selling.refund("o1", wish);
    await selling.refund("o1", wish);
    expect(sent[0]).toMatchObject({ path: "orders/o1/refund", body: wish });
    expect(new Set(sent.slice(0, 4).map(({ key }) => key)).size).toBe(1);
    expect(sent[4]?.key).not.toBe(sent[0]?.key);
  });

  it("is another request for another order, and for another step", async () => {
    const lost = ["no answer", "no answer", "no answer"] as const;
    const { selling, sent } = shop(...lost, ...lost, 409);
    await expect(selling.fulfil("o1")).rejects.toMatchObject({ code: "network" });
    await expect(selling.fulfil("o2")).rejects.toMatchObject({ code: "network" });
    await expect(selling.refund("o2", wish)).rejects.toMatchObject({ code: "order_state" });
    expect(new Set(sent.map(({ key }) => key)).size).toBe(3);
    expect(sent.map(({ path }) => path).filter((path, at, all) => path !== all[at - 1])).toEqual([
      "orders/o1/fulfil",
      "orders/o2/fulfil",
      "orders/o2/refund",
    ]);
  });
});
