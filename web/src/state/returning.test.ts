import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import type { Order, PaymentState } from "../core/protocol.ts";
import { outcomeOf, Returning } from "./returning.ts";

const total = { amount_minor: 1990, currency: "CNY" };

function order(state: Order["state"], payment?: PaymentState, reason: string | null = null): Order {
  const times = { created_at: "", expires_at: null, paid_at: null, fulfilled_at: null };
  const terms = { discount: { amount_minor: 0, currency: "CNY" }, coupon: null, held: true };
  const bare = { id: "o1", state, show: "s1", lines: [], total, refunded_minor: 0, ...terms, ...times };
  if (payment === undefined) return bare;
  const url = "/sandbox/pay/p1";
  const details = { id: "p1", provider: "sandbox", amount: total, refunded_minor: 0, url };
  return { ...bare, payment: { ...details, state: payment, reason } };
}

function back(...script: ([number, unknown] | "no answer")[]) {
  const sent: { method: string; path: string; key: string | null; body: unknown }[] = [];
  const left: string[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const key = new Headers(init?.headers).get("Idempotency-Key");
    const body: unknown = init?.body === undefined ? null : JSON.parse(String(init.body));
    sent.push({ method: init?.method ?? "", path: String(url).replace("/api/v1/", ""), key, body });
    const answer = script.shift();
    if (answer === undefined) throw new Error("asked too often");
    if (answer === "no answer") return Promise.reject(new TypeError("Failed to fetch"));
    return Promise.resolve(Response.json(answer[1], { status: answer[0] }));
  };
  const sleep = () => Promise.resolve();
  const http = new Http("/api/v1", { fetch, sleep, random: () => 0 });
  return { returning: new Returning(http, "o1", { sleep, leave: (url) => left.push(url) }), sent, left };
}

describe("outcomeOf", () => {
  it.each([
    ["paid", "captured", "paid"],
    ["fulfilled", "captured", "paid"],
    ["reserved", "created", "waiting"],
    ["reserved", "processing", "waiting"],
    ["expired", "processing", "waiting"],
    ["reserved", "failed", "failed"],
    ["expired", "failed", "over"],
    ["expired", "created", "over"],
    ["expired", "refunded", "given_back"],
    ["refunded", "refunded", "given_back"],
    ["cancelled", undefined, "over"],
    ["reserved", undefined, "unpaid"],
  ] as const)("of a %s order with a %s payment is %s", (state, payment, outcome) => {
    expect(outcomeOf(order(state, payment))).toBe(outcome);
  });
});

describe("Returning", () => {
  it("asks until it is decided, through a lost connection", async () => {
    const waiting: [number, unknown] = [200, { order: order("reserved", "processing") }];
    const { returning, sent } = back(waiting, "no answer", waiting, [200, { order: order("paid", "captured") }]);
    await returning.follow();
    expect(returning.order.value?.state).toBe("paid");
    expect(returning.error.value).toBeNull();
    expect(sent).toHaveLength(4);
  });

  it("does not ask for what is not its person's", async () => {
    const { returning, sent } = back([404, { code: "not_found", detail: "no such order" }]);
    await returning.follow();
    expect(returning.error.value?.code).toBe("not_found");
    expect(sent).toHaveLength(1);
  });

  it("stops when it is closed", async () => {
    const { returning, sent } = back();
    returning.close();
    await returning.follow();
    expect(sent).toHaveLength(0);
  });

  it("goes to the provider's page again, the same way as before", async () => {
    const failed = order("reserved", "failed", "declined");
    const { returning, sent, left } = back([200, { order: failed }], [200, { order: order("reserved", "created") }]);
    await returning.follow();
    await returning.payAgain();
    expect(sent[1]).toMatchObject({ method: "POST", path: "orders/o1/pay", body: { method: "sandbox" } });
    expect(sent[1]?.key).toBeTruthy();
    expect(left).toEqual(["/sandbox/pay/p1"]);
  });

  it("says why it cannot, and shows the order as it is now", async () => {
    const failed: [number, unknown] = [200, { order: order("reserved", "failed") }];
    const { returning, left } = back(
      failed,
      [409, { code: "order_state" }],
      [200, { order: order("expired", "failed") }],
    );
    await returning.follow();
    await returning.payAgain();
    expect(returning.error.value?.code).toBe("order_state");
    expect(returning.order.value?.state).toBe("expired");
    expect(left).toEqual([]);
    expect(returning.busy.value).toBe(false);
  });
});
