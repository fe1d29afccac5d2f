import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import type { Cart, CartLine } from "../core/rest.ts";
import { CartState } from "./cart.ts";

const price = { amount_minor: 500, currency: "JPY" };
const line: CartLine = {
  variant: "v1",
  product: "p1",
  title: "Tea",
  variant_title: "100 g",
  image: null,
  show: "s1",
  quantity: 2,
  available: 9,
  unit_price: price,
  seen_price: price,
  amount: { amount_minor: 1_000, currency: "JPY" },
  list_price: price,
  price_changed: false,
  offer: null,
  offer_problem: null,
  problem: null,
};

type Answer = [status: number, body: unknown] | "no answer";

function shop(...script: Answer[]) {
  const sent: { method: string; path: string; key: string | null; body: unknown }[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const key = new Headers(init?.headers).get("Idempotency-Key");
    const body: unknown = init?.body ? JSON.parse(String(init.body)) : null;
    sent.push({ method: init?.method ?? "GET", path: String(url).replace("/api/v1/", ""), key, body });
    const answer = script.shift();
    if (answer === undefined || answer === "no answer") return Promise.reject(new TypeError("no network"));
    return Promise.resolve(Response.json(answer[1], { status: answer[0] }));
  };
  const http = new Http("/api/v1", { fetch, sleep: () => Promise.resolve(), random: () => 0 });
  return { cart: new CartState(http), sent };
}

const full = (...lines: CartLine[]): Answer => [
  200,
  { cart: { lines, totals: [] } satisfies Cart, now_ms: Date.now() },
];

describe("a cart", () => {
  it("shows what the server says and nothing before", async () => {
    const { cart } = shop(full(line));
    expect(cart.cart.value).toBeNull();
    expect(cart.ready.value).toBe(false);
    await cart.refresh();
    expect(cart.cart.value?.lines).toEqual([line]);
    expect(cart.ready.value).toBe(true);
  });

  it("keeps the show and the currency of a line whose quantity changes", async () => {
    const { cart, sent } = shop(full({ ...line, quantity: 5 }));
    await cart.set(line, 5);
    expect(sent[0]).toMatchObject({ method: "PUT", path: "cart/lines" });
    expect(sent[0]?.body).toEqual({ variant: "v1", quantity: 5, show: "s1", currency: "JPY" });
    expect(cart.cart.value?.lines[0]?.quantity).toBe(5);
  });

  it("sends the last of what was said quickly, and shows it meanwhile", async () => {
    const { cart, sent } = shop(full({ ...line, quantity: 3 }), full({ ...line, quantity: 6 }));
    const first = cart.set(line, 3);
    for (const quantity of [4, 5, 6]) void cart.set(line, quantity);
    expect(cart.wanted(line)).toBe(6);
    await first;
    expect(sent.map(({ body }) => (body as { quantity: number }).quantity)).toEqual([3, 6]);
    expect(cart.wanted({ ...line, quantity: 6 })).toBe(6);
    expect(cart.busy.value).toBe(false);
  });

  it("sends what was said while the cart was read", async () => {
    const { cart, sent } = shop(full(line), full({ ...line, quantity: 7 }));
    const reading = cart.refresh();
    await cart.set(line, 7);
    await reading;
    expect(sent.map(({ method }) => method)).toEqual(["GET", "PUT"]);
    expect(cart.cart.value?.lines[0]?.quantity).toBe(7);
  });

  it("goes back to what the server has when a number is refused, and keeps what was said of another line", async () => {
    const other = { ...line, variant: "v2" };
    const refused: Answer = [400, { code: "invalid", fields: { quantity: "1 to 100" } }];
    const { cart, sent } = shop(refused, full(line, { ...other, quantity: 4 }));
    const first = cart.set(line, 500);
    void cart.set(other, 4);
    await first;
    expect(cart.wanted(line)).toBe(2);
    expect(sent).toHaveLength(2);
    expect(cart.cart.value?.lines[1]?.quantity).toBe(4);
    expect(cart.error.value?.code).toBe("invalid");
  });

  it("is not ready while one line cannot be ordered", async () => {
    const { cart } = shop(full(line, { ...line, variant: "v2", problem: "sold_out" }));
    await cart.refresh();
    expect(cart.ready.value).toBe(false);
  });

  it("sends the same key until there is an answer, and another one after it", async () => {
    const { cart, sent } = shop("no answer", "no answer", "no answer", [201, { orders: [{ id: "o1" }] }], full());
    expect(await cart.checkOut()).toEqual([]);
    expect(cart.error.value?.code).toBe("network");
    expect(await cart.checkOut()).toEqual([{ id: "o1" }]);
    const keys = sent.filter(({ path }) => path === "cart/checkout").map(({ key }) => key);
    expect(new Set(keys).size).toBe(1);
    expect(keys.length).toBe(4);
    await cart.checkOut();
    expect(sent.at(-1)?.key).not.toBe(keys[0]);
  });

  it("shows what a coupon takes off and orders with it, once", async () => {
    const coupon = { code: "TEN", discount: { amount_minor: 100, currency: "JPY" }, problem: null };
    const with_it: Answer = [200, { cart: { lines: [line], totals: [], coupon } satisfies Cart }];
    const { cart, sent } = shop(with_it, full(line), with_it, [201, { orders: [{ id: "o1" }] }], full());
    await cart.applyCoupon(" ten ");
    expect(cart.cart.value?.coupon?.discount?.amount_minor).toBe(100);
    expect(cart.couponFault.value).toBeNull();
    await cart.set(line, 3);
    expect(await cart.checkOut()).toEqual([{ id: "o1" }]);
    expect(sent.map(({ path }) => path)).toEqual([
      "cart?coupon=ten",
      "cart/lines",
      "cart?coupon=ten",
      "cart/checkout",
      "cart",
    ]);
    expect(sent[3]?.body).toEqual({ coupon: "ten", totals: [] });
    expect(cart.coupon.value).toBe("");
  });

  it("takes another key with another coupon, though the answer to the first is not known", async () => {
    const lost: Answer[] = ["no answer", "no answer", "no answer"];
    const { cart, sent } = shop(...lost, full(line), [201, { orders: [] }], full());
    await cart.checkOut();
    await cart.applyCoupon("TEN");
    await cart.checkOut();
    const keys = sent.filter(({ path }) => path === "cart/checkout").map(({ key }) => key);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
  });

  it.each([
    ["coupon_minimum", "coupon_minimum"],
    ["cart_refused", null],
    ["cart_empty", null],
    [null, null],
  ])("says beside the field what is wrong with a coupon: %s", async (problem, said) => {
    const coupon = { code: "TEN", discount: null, problem };
    const { cart } = shop([200, { cart: { lines: [line], totals: [], coupon } satisfies Cart }]);
    await cart.applyCoupon("TEN");
    expect(cart.couponFault.value?.code ?? null).toBe(said);
  });

  it("keeps its coupon when something else is typed that cannot be one", async () => {
    const nonsense: Answer = [400, { code: "invalid", detail: "no", errors: { code: "3 to 32 of A-Z" } }];
    const { cart, sent } = shop(full(line), nonsense, full(line));
    await cart.applyCoupon("TEN");
    await cart.applyCoupon("!");
    expect(cart.couponFault.value?.code).toBe("invalid");
    expect(cart.coupon.value).toBe("TEN");
    await cart.refresh();
    expect(sent.at(-1)?.path).toBe("cart?coupon=TEN");
  });

  it("orders for what it shows and not for more, the coupon taken off", async () => {
    const totals = [price, { amount_minor: 700, currency: "CNY" }];
    const coupon = { code: "TEN", discount: { amount_minor: 100, currency: "JPY" }, problem: null };
    const shown: Answer = [200, { cart: { lines: [line], totals, coupon } satisfies Cart, now_ms: 0 }];
    const dearer: Answer = [409, { code: "price_changed", detail: "no" }];
    const { cart, sent } = shop(shown, dearer, shown, [201, { orders: [{ id: "o1" }] }], full());
    await cart.applyCoupon("TEN");
    expect(await cart.checkOut()).toEqual([]);
    expect(sent[1]?.body).toEqual({
      coupon: "TEN",
      totals: [
        { amount_minor: 400, currency: "JPY" },
        { amount_minor: 700, currency: "CNY" },
      ],
    });
    expect(cart.error.value?.code).toBe("price_changed");
    expect(await cart.checkOut()).toHaveLength(1);
    expect(sent[3]?.key).not.toBe(sent[1]?.key);
  });

  it("takes another key when it shows another sum, though the answer to the first is not known", async () => {
    const lost: Answer[] = ["no answer", "no answer", "no answer"];
    const dear: Answer = [200, { cart: { lines: [line], totals: [price] } satisfies Cart, now_ms: 0 }];
    const { cart, sent } = shop(full(line), ...lost, dear, [201, { orders: [] }], full());
    await cart.refresh();
    await cart.checkOut();
    await cart.look();
    await cart.checkOut();
    const keys = sent.filter(({ path }) => path === "cart/checkout").map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
  });

  it("looks again without a word, and leaves alone what the person does meanwhile", async () => {
    const { cart, sent } = shop(full(line), "no answer", full({ ...line, quantity: 5 }), full(line));
    await cart.refresh();
    await cart.look();
    expect(cart.error.value).toBeNull();
    expect(cart.cart.value?.lines[0]?.quantity).toBe(2);
    const set = cart.set(line, 5);
    await cart.look();
    await set;
    expect(cart.cart.value?.lines[0]?.quantity).toBe(5);
    expect(sent).toHaveLength(3);
  });

  it("knows what time it is at the server", async () => {
    const { cart } = shop([200, { cart: { lines: [], totals: [] } satisfies Cart, now_ms: Date.now() + 3_600_000 }]);
    await cart.refresh();
    expect(cart.serverNow() - Date.now()).toBeGreaterThan(3_590_000);
  });

  it("says why it was refused and what is in the way", async () => {
    const refused: Answer = [409, { code: "cart_refused", detail: "no", errors: { v1: "price_changed" } }];
    const { cart } = shop(refused, full({ ...line, price_changed: true, problem: "price_changed" }));
    expect(await cart.checkOut()).toEqual([]);
    expect(cart.error.value?.code).toBe("cart_refused");
    expect(cart.cart.value?.lines[0]?.problem).toBe("price_changed");
  });
});
