import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import type { Movement } from "../core/rest.ts";
import { VariantStock } from "./stock.ts";

const moved = (quantity: number, cause: string): Movement => ({ kind: "received", quantity, cause, at: "" });

type Answer = [status: number, body: unknown] | "no answer";

function variant(...script: Answer[]) {
  const sent: { path: string; key: string | null; body: unknown }[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const key = new Headers(init?.headers).get("Idempotency-Key");
    const body: unknown = init?.body ? JSON.parse(String(init.body)) : null;
    sent.push({ path: String(url).replace("/api/v1/", ""), key, body });
    const answer = script.shift();
    if (answer === undefined || answer === "no answer") return Promise.reject(new TypeError("no network"));
    return Promise.resolve(Response.json(answer[1], { status: answer[0] }));
  };
  const http = new Http("/api/v1", { fetch, sleep: () => Promise.resolve(), random: () => 0 });
  return { stock: new VariantStock(http, "v/1"), sent };
}

const page = (next: string | null, ...movements: Movement[]): Answer => [200, { movements, next }];

describe("the stock of a variant", () => {
  it("shows the newest movements first and older ones below them", async () => {
    const { stock, sent } = variant(page("7", moved(3, "c"), moved(2, "b")), page(null, moved(1, "a")));
    expect(stock.movements.value).toBeNull();
    await stock.read();
    expect(stock.hasMore.value).toBe("7");
    await stock.readMore();
    await stock.readMore();
    expect(stock.movements.value?.map(({ cause }) => cause)).toEqual(["c", "b", "a"]);
    expect(sent.map(({ path }) => path)).toEqual([
      "variants/v%2F1/movements?limit=20",
      "variants/v%2F1/movements?limit=20&cursor=7",
    ]);
  });

  it("is corrected once however often it is tried without an answer", async () => {
    const lost: Answer[] = ["no answer", "no answer", "no answer"];
    const done: Answer = [200, { variant: {} }];
    const { stock, sent } = variant(...lost, done, page(null, moved(5, "delivery")), done, page(null));
    await expect(stock.correct({ delta: 5 }, "delivery")).rejects.toMatchObject({ code: "network" });
    await stock.correct({ delta: 5 }, "delivery");
    expect(stock.movements.value?.length).toBe(1);
    await stock.correct({ delta: 5 }, "delivery");
    const keys = sent.filter(({ path }) => path.endsWith("/stock")).map(({ key }) => key);
    expect(new Set(keys.slice(0, 4)).size).toBe(1);
    expect(keys[4]).not.toBe(keys[0]);
    expect(sent[0]?.body).toEqual({ delta: 5, cause: "delivery" });
  });

  it("takes another key for another correction, though the first may have arrived", async () => {
    const lost: Answer[] = ["no answer", "no answer", "no answer"];
    const { stock, sent } = variant(...lost, [409, { code: "sold_out", detail: "" }]);
    await expect(stock.correct({ delta: -5 }, "broken")).rejects.toMatchObject({ code: "network" });
    await expect(stock.correct({ stock: 0 }, "broken")).rejects.toMatchObject({ code: "sold_out" });
    expect(sent[3]?.body).toEqual({ stock: 0, cause: "broken" });
    expect(sent[3]?.key).not.toBe(sent[0]?.key);
  });
});
