import { describe, expect, it } from "vitest";
import type { AskCall, CallOp } from "../core/calls.ts";
import { ApiError } from "../core/errors.ts";
import { Http } from "../core/http.ts";
import type { Call } from "../core/protocol.ts";
import { CallQueue } from "./callQueue.ts";

function call(number: number, state: Call["state"] = "requested", more: Partial<Call> = {}): Call {
  const user = { id: `u${number}`, handle: `person${number}`, display_name: `Person ${number}` };
  const requested_at = new Date(Date.UTC(2026, 10, 22, 10, 0, number)).toISOString();
  return { id: `c${number}`, show: "s", user, state, note: "", requested_at, muted: false, hidden: false, ...more };
}

const told = (queue: Call[], stage: Call[] = [], total = queue.length) => ({ queue, total, stage });
const news = (changed: Call) => [null, "call.requested", { call: changed, waiting: 1 }, 0] as const;
const ids = (calls: readonly Call[]) => calls.map(({ id }) => id);

/** A server that answers each request with the next of the answers. */
function desk(...answers: object[]) {
  const asked: string[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    asked.push(`${init?.method ?? "GET"} ${String(input)} ${String(init?.body ?? "")}`.trim());
    return new Response(JSON.stringify(answers[asked.length - 1] ?? {}));
  };
  const ops: [op: CallOp, d: object][] = [];
  const replies: (Call | ApiError)[] = [];
  const ask: AskCall = async (op, d) => {
    ops.push([op, d]);
    const reply = replies.shift();
    if (!reply || reply instanceof ApiError) throw reply ?? new ApiError("internal", 0, "");
    return { call: reply };
  };
  const http = new Http("", { fetch, sleep: async () => {}, random: () => 0 });
  return { asked, ops, replies, queue: new CallQueue("a/b", http, ask) };
}

describe("CallQueue", () => {
  it("shows who waits and who is on stage, then what changes, each once", async () => {
    const { queue } = desk(told([call(1), call(2)], [call(3, "live")]));
    await queue.refresh();
    queue.take(news(call(4)));
    queue.take(news(call(2)));
    queue.take(news(call(1, "accepted")));
    queue.take(news(call(3, "ended")));
    expect([ids(queue.queue.value), ids(queue.stage.value), queue.total.value]).toEqual([["c2", "c4"], ["c1"], 2]);
  });

  it("asks the server for an order and for words, and puts what comes into its place", async () => {
    const { queue, asked } = desk(told([call(8), call(2)]), told([call(2)]));
    await queue.look({ sort: "newest" });
    queue.take(news(call(5)));
    expect(ids(queue.queue.value)).toEqual(["c8", "c5", "c2"]);
    await queue.look({ q: "tea" });
    queue.take(news(call(6)));
    queue.take(news(call(7, "requested", { note: "Green TEA" })));
    expect(ids(queue.queue.value)).toEqual(["c7", "c2"]);
    expect(asked.at(-1)).toBe("GET /shows/a%2Fb/calls?sort=newest&q=tea");
  });

  it("does not believe an answer to what was typed before", async () => {
    const { queue } = desk(told([call(1)]), told([call(2)]));
    await Promise.all([queue.look({ q: "a" }), queue.look({ q: "ab" })]);
    expect(ids(queue.queue.value)).toEqual(["c2"]);
  });

  it("reads again what changed while it was read", async () => {
    const { queue, asked } = desk(told([call(1)]), told([], [call(1, "accepted")]));
    const reading = queue.refresh();
    queue.take(news(call(1, "accepted")));
    await reading;
    expect([ids(queue.queue.value), ids(queue.stage.value), asked.length]).toEqual([[], ["c1"], 2]);
  });

  it("shows fifty of ten thousand and counts the rest", async () => {
    const many = Array.from({ length: 50 }, (_, index) => call(index));
    const { queue } = desk(told(many, [], 10_000));
    await queue.refresh();
    queue.take(news(call(900)));
    expect([queue.queue.value.length, queue.total.value]).toEqual([50, 10_001]);
  });

  it("takes steps by the person's id, and shows only what went through", async () => {
    const { queue, ops, replies } = desk(told([call(1), call(2)]), told([call(2)]));
    await queue.refresh();
    replies.push(call(1, "accepted"), call(1, "live"), call(1, "live", { muted: true }), call(1, "ended"));
    await queue.decide(call(1), "accept");
    await queue.decide(call(1), "admit");
    await queue.mute(call(1), true);
    expect(queue.stage.value[0]?.muted).toBe(true);
    await queue.decide(call(1), "end");
    expect(ops).toEqual([
      ["call.accept", { user: "u1" }],
      ["call.admit", { user: "u1" }],
      ["call.mute", { user: "u1", muted: true }],
      ["call.end", { user: "u1" }],
    ]);
    expect([ids(queue.queue.value), ids(queue.stage.value)]).toEqual([["c2"], []]);
  });

  it("reads the list again when somebody was faster, and says so", async () => {
    const { queue, replies } = desk(told([call(1)]), told([]));
    await queue.refresh();
    replies.push(new ApiError("call_state", 0, ""));
    await expect(queue.decide(call(1), "accept")).rejects.toThrow("call_state");
    expect(queue.queue.value).toEqual([]);
  });

  it("declines with a reason or without one", async () => {
    const { queue, ops, replies } = desk();
    replies.push(call(1, "declined"), call(2, "declined"));
    await queue.decline(call(1), "");
    await queue.decline(call(2), "later");
    expect(ops.map(([, d]) => d)).toEqual([{ user: "u1" }, { user: "u2", reason: "later" }]);
  });

  it("invites by handle", async () => {
    const { queue, asked, ops, replies } = desk({ user: { id: "u9" } });
    replies.push(call(9, "invited"));
    await queue.invite("lin lin");
    expect([asked[0], ops[0]]).toEqual(["GET /users/lin%20lin", ["call.invite", { user: "u9" }]]);
    expect(ids(queue.stage.value)).toEqual(["c9"]);
  });

  it("changes one rule and keeps the others", async () => {
    const rules = { who: "off", minutes: 10, delay_s: 0 };
    const { queue, asked } = desk({ rules }, { rules: { ...rules, who: "buyers" } });
    await queue.readRules();
    await queue.changeRules({ who: "buyers" });
    expect(asked[1]).toBe(`PUT /shows/a%2Fb/call-rules ${JSON.stringify({ ...rules, who: "buyers" })}`);
    expect(queue.rules.value?.who).toBe("buyers");
  });
});
