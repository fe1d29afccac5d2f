import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import type { Payment, PaymentState } from "../core/protocol.ts";
import { WalletState } from "./wallet.ts";

const amount = { amount_minor: 500, currency: "JPY" };
const holds = (amount_minor: number) => ({ balances: [{ amount_minor, currency: "JPY" }] });
const payment = (state: PaymentState): Payment => ({
  id: "p1",
  provider: "sandbox",
  state,
  amount,
  refunded_minor: 0,
  reason: null,
  url: "/sandbox/pay/p1",
});

type Answer = [status: number, body: unknown] | "no answer";

function purse(...script: Answer[]) {
  const sent: { path: string; key: string | null; body: unknown }[] = [];
  const left: string[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const body: unknown = init?.body ? JSON.parse(String(init.body)) : null;
    const key = new Headers(init?.headers).get("Idempotency-Key");
    sent.push({ path: String(url).replace("/api/v1/", ""), key, body });
    const answer = script.shift();
    if (answer === undefined || answer === "no answer") return Promise.reject(new TypeError("no network"));
    return Promise.resolve(Response.json(answer[1], { status: answer[0] }));
  };
  const sleep = () => Promise.resolve();
  const http = new Http("/api/v1", { fetch, sleep, random: () => 0 });
  return { wallet: new WalletState(http, { sleep, leave: (url) => left.push(url) }), sent, left };
}

describe("a wallet", () => {
  it("is filled for nothing in the demo", async () => {
    const { wallet, sent, left } = purse([201, { wallet: holds(500) }]);
    expect(await wallet.topUp(amount, null)).toBe(true);
    expect(sent[0]).toMatchObject({ path: "wallet/topups", body: amount });
    expect(wallet.wallet.value).toEqual(holds(500));
    expect(left).toEqual([]);
  });

  it("is filled on a provider's page, and not before the provider says so", async () => {
    const { wallet, sent, left } = purse([201, { wallet: holds(0), payment: payment("created") }]);
    expect(await wallet.topUp(amount, "sandbox")).toBe(false);
    expect(sent[0]?.body).toEqual({ ...amount, method: "sandbox" });
    expect(left).toEqual(["/sandbox/pay/p1"]);
    expect(wallet.wallet.value).toEqual(holds(0));
  });

  it("is asked for once however often it is tried without an answer, and anew after one", async () => {
    const lost: Answer[] = ["no answer", "no answer", "no answer"];
    const there: Answer = [201, { wallet: holds(500) }];
    const { wallet, sent } = purse(...lost, there, there, [409, { code: "wallet_full", detail: "" }], there);
    for (let turn = 0; turn < 5; turn += 1) await wallet.topUp(amount, null);
    const keys = sent.map(({ key }) => key);
    expect(new Set(keys.slice(0, 4)).size).toBe(1);
    expect(new Set(keys.slice(3)).size).toBe(4);
    expect(wallet.error.value).toBeNull();
  });

  it("looks what came of a payment until it is decided", async () => {
    const { wallet, sent } = purse(
      [200, { payment: payment("created") }],
      "no answer",
      [200, { payment: payment("processing") }],
      [200, { payment: payment("captured") }],
      [200, { wallet: holds(500) }],
    );
    await wallet.follow("p1");
    expect(wallet.payment.value?.state).toBe("captured");
    expect(wallet.wallet.value).toEqual(holds(500));
    expect(wallet.error.value).toBeNull();
    expect(sent.map(({ path }) => path)).toEqual([...Array(4).fill("payments/p1"), "wallet"]);
  });

  it("does not look for ever for what is not there", async () => {
    const { wallet, sent } = purse([404, { code: "not_found", detail: "" }], [200, { wallet: holds(0) }]);
    await wallet.follow("nothing");
    expect(sent.length).toBe(2);
    expect(wallet.error.value?.code).toBe("not_found");
  });

  it("keeps the balance that it knows when the server is away", async () => {
    const { wallet } = purse([200, { wallet: holds(9) }], "no answer");
    await wallet.refresh();
    await wallet.refresh();
    expect(wallet.wallet.value).toEqual(holds(9));
    expect(wallet.error.value).toBeNull();
  });
});
