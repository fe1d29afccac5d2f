import { describe, expect, it } from "vitest";
import { ApiError } from "./errors.ts";
import { Http, newKey } from "./http.ts";

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  const body = JSON.stringify({ type: "about:blank", title: "No", status, code, detail: `detail of ${code}` });
  return new Response(body, { status, headers: { "Content-Type": "application/problem+json", ...headers } });
}

function scripted(answers: (Response | Error)[]) {
  const sent: Sent[] = [];
  const slept: number[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit) => {
    sent.push({ url: String(url), init: init ?? {} });
    const answer = answers.shift();
    if (answer === undefined) throw new Error("one request too many");
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const sleep = (ms: number) => {
    slept.push(ms);
    return Promise.resolve();
  };
  return { http: new Http("/api/v1", { fetch, sleep, random: () => 0 }), sent, slept };
}

const keyOf = (request: Sent | undefined) => new Headers(request?.init.headers).get("Idempotency-Key");

describe("Http", () => {
  it("answers the body of a success and sends JSON", async () => {
    const { http, sent } = scripted([Response.json({ topic: { id: "t1" } }, { status: 201 })]);
    expect(await http.post("topics", { title: "Tea" })).toEqual({ topic: { id: "t1" } });
    expect(sent[0]?.url).toBe("/api/v1/topics");
    expect(sent[0]?.init.body).toBe('{"title":"Tea"}');
  });

  it("answers nothing for 204", async () => {
    const { http } = scripted([new Response(null, { status: 204 })]);
    expect(await http.post("auth/logout")).toBeUndefined();
  });

  it("turns problem details into an ApiError with the server's code", async () => {
    const { http } = scripted([problem(409, "sold_out")]);
    const error = await http.post("orders", {}, "k1").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: "sold_out", status: 409, detail: "detail of sold_out", retryable: false });
  });

  it("keeps which fields are at fault", async () => {
    const body = { code: "invalid", status: 400, detail: "wrong length", errors: { title: "3 to 80 characters" } };
    const { http } = scripted([Response.json(body, { status: 400 })]);
    await expect(http.post("topics", {})).rejects.toMatchObject({ fields: { title: "3 to 80 characters" } });
  });

  it("keeps the status of an answer that is no problem document", async () => {
    const { http } = scripted([new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway" })]);
    await expect(http.get("me")).rejects.toMatchObject({ code: "http_502", status: 502, detail: "Bad Gateway" });
  });

  it("repeats a keyed request with the same key until it is answered", async () => {
    const { http, sent, slept } = scripted([
      new TypeError("Failed to fetch"),
      problem(503, "unavailable", { "Retry-After": "2" }),
      Response.json({ order: { id: "o1" } }, { status: 201 }),
    ]);
    expect(await http.post("orders", { variant: "v1", quantity: 1 }, "k1")).toEqual({ order: { id: "o1" } });
    expect(sent.map(keyOf)).toEqual(["k1", "k1", "k1"]);
    expect(slept).toEqual([250, 2000]);
  });

  it("gives up after three tries", async () => {
    const { http, sent } = scripted([new TypeError("a"), new TypeError("b"), new TypeError("c")]);
    await expect(http.post("orders", {}, "k1")).rejects.toMatchObject({ code: "network", status: 0 });
    expect(sent).toHaveLength(3);
  });

  it("says when somebody does something as nobody, and not when a page only reads or signs in", async () => {
    const refusals = Array.from({ length: 3 }, () => problem(401, "unauthenticated"));
    const { http } = scripted(refusals);
    let strangers = 0;
    http.onStranger = () => {
      strangers += 1;
    };
    for (const asked of [http.get("me"), http.post("auth/login"), http.post("orders")]) {
      await expect(asked).rejects.toMatchObject({ status: 401 });
    }
    expect(strangers).toBe(1);
  });

  it("sends a request without a key once", async () => {
    const { http, sent } = scripted([new TypeError("Failed to fetch")]);
    await expect(http.post("topics", {})).rejects.toMatchObject({ code: "network" });
    expect(sent).toHaveLength(1);
  });
});

describe("newKey", () => {
  it("never repeats", () => {
    expect(new Set(Array.from({ length: 1000 }, newKey)).size).toBe(1000);
  });
});
