import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import { type HeldLine, HeldQueue } from "./held.ts";
import { ofShow, WordList } from "./wordList.ts";

function line(id: number): HeldLine {
  const author = { id: "u1", display_name: "Ana", role: "viewer" } as const;
  const message = { id: `m${id}`, author, text: `line ${id}`, at_ms: id };
  return { message, rule: "5f0c3a91be27", list: "spam", entry: "line" };
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** A server that answers each request with the next of the answers, and what it was asked. */
function server(...answers: [status: number, body: object][]) {
  const asked: Asked[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const body = init?.body instanceof Blob ? await init.body.text() : String(init?.body ?? "");
    asked.push({ method: init?.method ?? "GET", path: String(input), body });
    const [status, answer] = answers[asked.length - 1] ?? [500, {}];
    return new Response(JSON.stringify(answer), { status });
  };
  return { asked, http: new Http("", { fetch, sleep: async () => {}, random: () => 0 }) };
}

const ids = (queue: HeldQueue) => queue.waiting.value.map(({ message }) => message.id);
const decided = (id: string) =>
  [null, "held.decided", { id, state: "released", by: { id: "b", handle: "b", display_name: "Bo" } }, 0] as const;

describe("HeldQueue", () => {
  it("shows what waits, then what comes, each once", async () => {
    const { http } = server([200, { held: [line(1), line(2)], next: null }]);
    const queue = new HeldQueue(http, "s");
    await queue.refresh();
    queue.take([null, "held", line(2), 0]);
    queue.take([null, "held", line(3), 0]);
    expect(ids(queue)).toEqual(["m1", "m2", "m3"]);
  });

  it("lets a line go that another has decided", async () => {
    const { http } = server([200, { held: [line(1), line(2)], next: null }]);
    const queue = new HeldQueue(http, "s");
    await queue.refresh();
    queue.take(decided("m1"));
    expect(ids(queue)).toEqual(["m2"]);
  });

  it("does not bring back what was decided while the list was on its way", async () => {
    const { http } = server([200, { held: [line(1), line(2)], next: null }]);
    const queue = new HeldQueue(http, "s");
    const reading = queue.refresh();
    queue.take(decided("m1"));
    await reading;
    expect(ids(queue)).toEqual(["m2"]);
  });

  it("keeps what came while the list was on its way", async () => {
    const { http } = server([200, { held: [line(1)], next: null }]);
    const queue = new HeldQueue(http, "s");
    const reading = queue.refresh();
    queue.take([null, "held", line(5), 0]);
    await reading;
    expect(ids(queue)).toEqual(["m1", "m5"]);
  });

  it("decides by one request, and only what went through is gone", async () => {
    const { http, asked } = server(
      [200, { held: [line(1), line(2)], next: null }],
      [200, {}],
      [503, { code: "unavailable" }],
    );
    const queue = new HeldQueue(http, "a/b");
    await queue.refresh();
    await queue.decide("m1", "release");
    await expect(queue.decide("m2", "refuse")).rejects.toThrow("unavailable");
    expect(asked.slice(1).map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /shows/a%2Fb/chat/held/m1/release",
      "POST /shows/a%2Fb/chat/held/m2/refuse",
    ]);
    expect(ids(queue)).toEqual(["m2"]);
  });

  it("lets a line go when somebody was faster, and says so", async () => {
    const { http } = server([200, { held: [line(1)], next: null }], [409, { code: "held_decided" }]);
    const queue = new HeldQueue(http, "s");
    await queue.refresh();
    await expect(queue.decide("m1", "refuse")).rejects.toThrow("held_decided");
    expect(ids(queue)).toEqual([]);
  });

  it("reads on when a page of them is worked through", async () => {
    const { http } = server([200, { held: [line(1)], next: "m1" }], [200, {}], [200, { held: [line(2)], next: null }]);
    const queue = new HeldQueue(http, "s");
    await queue.refresh();
    expect(queue.more.value).toBe(true);
    await queue.decide("m1", "release");
    expect([ids(queue), queue.more.value]).toEqual([["m2"], false]);
  });
});

describe("WordList", () => {
  it("saves over the version that was seen, and checks without saving", async () => {
    const { http, asked } = server(
      [200, { word_list: { version: 4, entries: 1, text: "casino" } }],
      [200, { word_list: { version: 5, entries: 2, text: "" } }],
      [200, { word_list: { version: 5, entries: 2, text: "" } }],
    );
    const list = new WordList(http, ofShow("s"));
    const seen = await list.read();
    expect(await list.check("casino\npoker")).toBe(2);
    expect(await list.save("casino\npoker", seen)).toBe(2);
    expect(asked.slice(1)).toEqual([
      { method: "PUT", path: "/shows/s/word-list?dry_run=1", body: "casino\npoker" },
      { method: "PUT", path: "/shows/s/word-list?version=4", body: "casino\npoker" },
    ]);
  });
});
