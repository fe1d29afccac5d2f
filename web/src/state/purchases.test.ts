import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import type { Order } from "../core/protocol.ts";
import { Purchases } from "./purchases.ts";

const total = { amount_minor: 1990, currency: "CNY" };
const order = (state: Order["state"]): Order => ({
  id: "o1",
  state,
  show: null,
  lines: [],
  total,
  discount: { amount_minor: 0, currency: "CNY" },
  coupon: null,
  held: true,
  refunded_minor: 0,
  fulfilled_at: null,
  created_at: "",
  expires_at: null,
  paid_at: null,
});

type Answer = [status: number, body: unknown] | "no answer";

function shop(...script: Answer[]) {
  const sent: { path: string; key: string | null; body: unknown }[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const body: unknown = init?.body ? JSON.parse(String(init.body)) : null;
    sent.push({
      path: String(url).replace("/api/v1/", ""),
      key: new Headers(init?.headers).get("Idempotency-Key"),
      body,
    });
    const answer = script.shift();
    if (answer === undefined || answer === "no answer") return Promise.reject(new TypeError("no network"));
    return Promise.resolve(Response.json(answer[1], { status: answer[0] }));
  };
  const http = new Http("/api/v1", { fetch, sleep: () => Promise.resolve(), random: () => 0 });
  const left: string[] = [];
  return { purchases: new Purchases(http, (url) => left.push(url)), sent, left };
}

const refused = (code: string): Answer => [409, { code, detail: code }];

describe("orders", () => {
  it("are paid once however often it is tried without an answer", async () => {
    const { purchases, sent } = shop("no answer", "no answer", "no answer", [200, { order: order("paid") }]);
    await purchases.pay(order("reserved"));
    expect(purchases.errors.value.get("o1")?.code).toBe("network");
    await purchases.pay(order("reserved"));
    expect(purchases.errors.value.size).toBe(0);
    expect(purchases.orders.items.value?.[0]?.state).toBe("paid");
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });

  it("take another key after a refusal", async () => {
    const { purchases, sent } = shop(
      refused("insufficient_funds"),
      [200, { wallet: {} }],
      [200, { order: order("paid") }],
    );
    await purchases.pay(order("reserved"));
    expect(purchases.errors.value.get("o1")?.code).toBe("insufficient_funds");
    await purchases.topUpAndPay(order("reserved"));
    expect(sent.map(({ path }) => path)).toEqual(["orders/o1/pay", "wallet/topups", "orders/o1/pay"]);
    expect(sent[1]?.body).toEqual(total);
    expect(sent[2]?.key).not.toBe(sent[0]?.key);
    expect(purchases.orders.items.value?.[0]?.state).toBe("paid");
  });

  it("are paid on a provider's page, with another key than from the wallet", async () => {
    const details = { id: "p1", provider: "sandbox", state: "created", refunded_minor: 0, reason: null } as const;
    const begun: Order = { ...order("reserved"), payment: { ...details, amount: total, url: "/sandbox/pay/p1" } };
    const lost: Answer[] = ["no answer", "no answer", "no answer"];
    const { purchases, sent, left } = shop(...lost, [200, { order: begun }], [200, { order: order("paid") }]);
    await purchases.pay(order("reserved"));
    await purchases.pay(order("reserved"), "sandbox");
    expect(left).toEqual(["/sandbox/pay/p1"]);
    expect(sent[3]?.body).toEqual({ method: "sandbox" });
    expect(sent[3]?.key).not.toBe(sent[0]?.key);
    // The try whose answer was lost is gone on with.
    await purchases.pay(order("reserved"));
    expect(sent[4]?.key).toBe(sent[0]?.key);
    expect(left.length).toBe(1);
  });

  it("are not left for a page when the payment had come already", async () => {
    const details = { id: "p1", provider: "sandbox", state: "captured", refunded_minor: 0, reason: null } as const;
    const done: Order = { ...order("paid"), payment: { ...details, amount: total, url: "/sandbox/pay/p1" } };
    const { purchases, left } = shop([200, { order: done }]);
    await purchases.pay(order("reserved"), "sandbox");
    expect(left).toEqual([]);
  });

  it("run out by the server's clock", async () => {
    const ahead = 20 * 60_000;
    const { purchases } = shop([200, { orders: [], next: null, now_ms: Date.now() + ahead }]);
    expect(Math.abs(purchases.serverNow() - Date.now())).toBeLessThan(1_000);
    await purchases.orders.refresh();
    expect(Math.abs(purchases.serverNow() - Date.now() - ahead)).toBeLessThan(1_000);
  });

  it("are read anew when one cannot take the step any more", async () => {
    const { purchases } = shop(refused("order_state"), [200, { orders: [order("expired")], next: null }]);
    await purchases.cancel(order("reserved"));
    expect(purchases.orders.items.value?.[0]?.state).toBe("expired");
    expect(purchases.errors.value.get("o1")?.code).toBe("order_state");
    expect(purchases.busy.value).toBeNull();
  });
});
