import { describe, expect, it, vi } from "vitest";
import { Http } from "../core/http.ts";
import type { Order, Product } from "../core/protocol.ts";
import { Checkout } from "./checkout.ts";

const product: Product = {
  id: "p1",
  title: "Tea",
  currency: "CNY",
  url: null,
  images: [],
  seller: "u1",
  on_sale: true,
  variants: [{ id: "v1", title: "100 g", price_minor: 1990, stock: 20, available: 20, version: 0, prices: [] }],
};

function order(state: Order["state"]): Order {
  const lines = [
    {
      variant: "v1",
      product: "p1",
      title: "Tea",
      variant_title: "100 g",
      quantity: 1,
      unit_price_minor: 1990,
      discount_minor: 0,
      offer: null,
    },
  ];
  const total = { amount_minor: 1990, currency: "CNY" };
  const discount = { amount_minor: 0, currency: "CNY" };
  const when = { created_at: "", expires_at: null, paid_at: null, fulfilled_at: null };
  const rest = { discount, coupon: null, held: true, refunded_minor: 0, ...when };
  return { id: "o1", state, show: "s1", lines, total, ...rest };
}

type Answer = [status: number, body: unknown] | "no answer";

const ways = { methods: ["wallet", "sandbox"], topups: ["sandbox"], free_topups: true };

/** A shop that answers POSTs from a script and has 500 in the wallet. */
function shop(...script: Answer[]) {
  const sent: { path: string; key: string | null; body: unknown }[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const path = String(url).replace("/api/v1/", "");
    if (path === "payment-methods") return Promise.resolve(Response.json(ways));
    if (init?.method === "GET") {
      return Promise.resolve(Response.json({ wallet: { balances: [{ amount_minor: 500, currency: "CNY" }] } }));
    }
    sent.push({ path, key: new Headers(init?.headers).get("Idempotency-Key"), body: JSON.parse(String(init?.body)) });
    const answer = script.shift();
    if (answer === undefined) throw new Error(`unexpected ${path}`);
    if (answer === "no answer") return Promise.reject(new TypeError("Failed to fetch"));
    return Promise.resolve(Response.json(answer[1], { status: answer[0] }));
  };
  const left: string[] = [];
  const http = new Http("/api/v1", { fetch, sleep: () => Promise.resolve(), random: () => 0 });
  const checkout = new Checkout(http, (url) => left.push(url));
  checkout.open(product);
  return { checkout, sent, left };
}

const refused = (code: string): Answer => [409, { code, detail: code, status: 409 }];
const reserved: Answer = [201, { order: order("reserved") }];
const paid: Answer = [200, { order: order("paid") }];

describe("Checkout", () => {
  it("knows how one pays, and that the wallet is filled for nothing", async () => {
    const { checkout } = shop();
    expect(checkout.freeTopUps.value).toBe(false);
    await vi.waitFor(() => expect(checkout.ways.value).toEqual(["wallet", "sandbox"]));
    expect(checkout.freeTopUps.value).toBe(true);
  });

  it("reserves, pays and says so", async () => {
    const { checkout, sent } = shop(reserved, paid);
    await checkout.buy("s1", { variant: "v1" }, 1);
    expect(checkout.phase.value).toBe("paid");
    expect(checkout.order.value?.state).toBe("paid");
    expect(sent.map((request) => request.path)).toEqual(["orders", "orders/o1/pay"]);
    expect(sent[0]?.body).toEqual({ show: "s1", variant: "v1", quantity: 1 });
    expect(sent[0]?.key).not.toBe(sent[1]?.key);
  });

  it("leaves for the page of a card and stays unpaid until the server says otherwise", async () => {
    const url = "/sandbox/pay/p1";
    const details = { id: "p1", provider: "sandbox", state: "created", refunded_minor: 0, reason: null, url } as const;
    const begun = { ...order("reserved"), payment: { ...details, amount: { amount_minor: 1990, currency: "CNY" } } };
    const { checkout, sent, left } = shop(reserved, [200, { order: begun }]);
    await new Promise((resolve) => setTimeout(resolve));
    expect(checkout.ways.value).toEqual(["wallet", "sandbox"]);
    checkout.choose("sandbox");
    await checkout.buy("s1", { variant: "v1" }, 1);
    expect(sent[1]).toMatchObject({ path: "orders/o1/pay", body: { method: "sandbox" } });
    expect(left).toEqual([url]);
    expect(checkout.phase.value).toBe("unpaid");
    checkout.follow(order("paid"));
    expect(checkout.phase.value).toBe("paid");
  });

  it("takes a new key for another way to pay", async () => {
    const { checkout, sent } = shop(reserved, refused("insufficient_funds"), [409, { code: "order_state" }]);
    await checkout.buy("s1", { variant: "v1" }, 1);
    checkout.choose("sandbox");
    await checkout.pay();
    expect(sent[2]?.key).not.toBe(sent[1]?.key);
  });

  it("buys an offer with a coupon, and another coupon is another request", async () => {
    const { checkout, sent } = shop(refused("coupon_ended"), reserved, paid);
    await checkout.buy("s1", { offer: "f1" }, 2, "TEN");
    expect(checkout.error.value?.code).toBe("coupon_ended");
    await checkout.buy("s1", { offer: "f1" }, 2);
    expect(sent.slice(0, 2).map((request) => request.body)).toEqual([
      { show: "s1", offer: "f1", quantity: 2, coupon: "TEN" },
      { show: "s1", offer: "f1", quantity: 2 },
    ]);
    expect(sent[0]?.key).not.toBe(sent[1]?.key);
    expect(checkout.phase.value).toBe("paid");
  });

  it("goes back to the choice when it is sold out", async () => {
    const { checkout } = shop(refused("sold_out"));
    await checkout.buy("s1", { variant: "v1" }, 1);
    expect(checkout.phase.value).toBe("choosing");
    expect(checkout.error.value?.code).toBe("sold_out");
    expect(checkout.order.value).toBeNull();
  });

  it("forgets a refusal once what was refused is edited, but not the one of a reserved order", async () => {
    const { checkout } = shop(refused("per_buyer_limit"), reserved, refused("insufficient_funds"));
    await checkout.buy("s1", { variant: "v1" }, 9);
    checkout.edited();
    expect(checkout.error.value).toBeNull();
    await checkout.buy("s1", { variant: "v1" }, 1);
    checkout.edited();
    expect(checkout.error.value?.code).toBe("insufficient_funds");
  });

  it("keeps the key of an order without an answer, and takes a new one for another choice", async () => {
    const lost: Answer[] = ["no answer", "no answer", "no answer"];
    const { checkout, sent } = shop(...lost, ...lost, refused("sold_out"));
    await checkout.buy("s1", { variant: "v1" }, 1);
    expect(checkout.error.value?.code).toBe("network");
    await checkout.buy("s1", { variant: "v1" }, 1);
    await checkout.buy("s1", { variant: "v1" }, 2);
    const keys = sent.map((request) => request.key);
    expect(new Set(keys.slice(0, 6)).size).toBe(1);
    expect(keys[6]).not.toBe(keys[0]);
  });

  it("tops up what is missing and pays with a new key", async () => {
    const topped: Answer = [201, { wallet: { balances: [{ amount_minor: 1990, currency: "CNY" }] } }];
    const { checkout, sent } = shop(reserved, refused("insufficient_funds"), topped, paid);
    await checkout.buy("s1", { variant: "v1" }, 1);
    expect(checkout.phase.value).toBe("unpaid");
    const missing = checkout.missing();
    expect(missing).toEqual({ amount_minor: 1490, currency: "CNY" });
    if (missing) await checkout.topUpAndPay(missing);
    expect(checkout.phase.value).toBe("paid");
    expect(sent[2]).toMatchObject({ path: "wallet/topups", body: { amount_minor: 1490, currency: "CNY" } });
    expect(sent[3]?.key).not.toBe(sent[1]?.key);
  });

  it("comes back to an unpaid order before another one is begun", async () => {
    const { checkout } = shop(reserved, refused("insufficient_funds"));
    await checkout.buy("s1", { variant: "v1" }, 1);
    checkout.close();
    expect(checkout.product.value).toBeNull();
    checkout.open({ ...product, id: "p2" });
    expect(checkout.phase.value).toBe("unpaid");
    expect(checkout.order.value?.id).toBe("o1");
  });

  it("follows what the server says about its own order only", async () => {
    const { checkout } = shop(reserved, refused("insufficient_funds"));
    await checkout.buy("s1", { variant: "v1" }, 1);
    checkout.follow({ ...order("expired"), id: "another" });
    expect(checkout.phase.value).toBe("unpaid");
    checkout.follow(order("paid"));
    expect(checkout.phase.value).toBe("paid");
  });

  it("says so when the reservation ran out, and lets the person choose again", async () => {
    const { checkout } = shop(reserved, refused("insufficient_funds"));
    await checkout.buy("s1", { variant: "v1" }, 1);
    checkout.follow(order("expired"));
    expect(checkout.phase.value).toBe("choosing");
    expect(checkout.order.value).toBeNull();
    expect(checkout.error.value?.code).toBe("order_gone");
  });

  it("cancels a reservation", async () => {
    const { checkout, sent } = shop(reserved, refused("insufficient_funds"), [200, { order: order("cancelled") }]);
    await checkout.buy("s1", { variant: "v1" }, 1);
    await checkout.cancel();
    expect(sent[2]?.path).toBe("orders/o1/cancel");
    expect(checkout.phase.value).toBe("choosing");
    expect(checkout.order.value).toBeNull();
  });
});
