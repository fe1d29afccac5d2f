import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import { ChatSearch, DELETE_MAX } from "./chatSearch.ts";

function search(lines: number) {
  const asked: string[] = [];
  const server = { refuse: false };
  const messages = Array.from({ length: lines }, (_, number) => ({ id: `m${number}`, text: "hi", author: {} }));
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    asked.push(`${init?.method} ${String(url).replace("/api/v1/", "")} ${init?.body ?? ""}`.trim());
    if (server.refuse) return Promise.resolve(Response.json({ code: "not_found" }, { status: 404 }));
    return Promise.resolve(Response.json({ messages, next: null, deleted: [] }));
  };
  const http = new Http("/api/v1", { fetch, sleep: () => Promise.resolve(), random: () => 0 });
  return { search: new ChatSearch(http), asked, server };
}

describe("ChatSearch", () => {
  it("asks for what was said, by whom", async () => {
    const { search: it, asked } = search(2);
    await it.search("s/1", "free tea", "ana");
    expect(asked).toEqual(["GET shows/s%2F1/chat?limit=100&q=free+tea&author=ana"]);
    expect(it.lines.value?.length).toBe(2);
  });

  it("takes what is chosen away, all of it at once", async () => {
    const { search: it, asked } = search(3);
    await it.search("s", "", "");
    it.toggle("m0");
    it.toggle("m2");
    it.toggle("m2");
    it.toggle("m1");
    expect(await it.remove("s")).toBe(2);
    expect(asked.at(-1)).toBe('POST shows/s/chat/delete {"messages":["m0","m1"]}');
    expect(it.lines.value?.map((line) => line.id)).toEqual(["m2"]);
    expect(it.chosen.value.size).toBe(0);
  });

  it("keeps the choice when the server refuses", async () => {
    const { search: it, server } = search(2);
    await it.search("s", "", "");
    it.toggleAll();
    server.refuse = true;
    await expect(it.remove("s")).rejects.toMatchObject({ code: "not_found" });
    expect([it.lines.value?.length, it.chosen.value.size]).toEqual([2, 2]);
    it.toggleAll();
    expect(it.chosen.value.size).toBe(0);
  });

  it("chooses no more than the server takes at once", async () => {
    const { search: it } = search(DELETE_MAX + 50);
    await it.search("s", "", "");
    it.toggleAll();
    it.toggle(`m${DELETE_MAX + 1}`);
    expect(it.chosen.value.size).toBe(DELETE_MAX);
  });
});
