import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import { ANYTHING, ModerationLog, readWanted, writeWanted } from "./moderationLog.ts";

function log() {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const server = { held: false };
  const fetch = async (url: string | URL | Request): Promise<Response> => {
    const path = String(url).replace("/api/v1/", "");
    asked.push(path);
    if (server.held) await new Promise<void>((resolve) => waiting.push(resolve));
    if (path.startsWith("users/mei")) return Response.json({ user: { id: "u-mei" } });
    if (path.startsWith("users/")) return Response.json({ code: "not_found" }, { status: 404 });
    const second = path.includes("cursor=");
    return Response.json({ entries: [{ number: second ? 1 : 2 }], next: second ? null : "2" });
  };
  return {
    log: new ModerationLog(new Http("/api/v1", { fetch, sleep: async () => {}, random: () => 0 })),
    asked,
    waiting,
    server,
  };
}

describe("what is looked for", () => {
  it("comes back from the address", () => {
    const wanted = { ...ANYTHING, user: "mei", kind: "topic.rejected", since: "2026-01-31" };
    expect(readWanted(writeWanted(wanted))).toEqual(wanted);
    expect(writeWanted(ANYTHING)).toBe("");
  });
});

describe("ModerationLog", () => {
  it("looks people up by their handles and days by this browser's calendar", async () => {
    const { log: it, asked } = log();
    await it.search({ ...ANYTHING, user: "@Mei", since: "2026-01-31", until: "2026-01-31" });
    expect(asked[0]).toBe("users/mei");
    const query = new URLSearchParams(asked[1]?.split("?")[1]);
    expect(query.get("user")).toBe("u-mei");
    const day = Date.parse(query.get("until") ?? "") - Date.parse(query.get("since") ?? "");
    expect(day).toBe(86_400_000);
    expect(new Date(query.get("since") ?? "").getHours()).toBe(0);
  });

  it("reads on page by page until all is there", async () => {
    const { log: it } = log();
    await it.search(ANYTHING);
    await it.more();
    expect(it.entries.value?.map((entry) => entry.number)).toEqual([2, 1]);
    expect(it.next.value).toBeNull();
    await it.more();
    expect(it.entries.value?.length).toBe(2);
  });

  it("says when nobody has a handle, and when a day is none", async () => {
    const { log: it, asked } = log();
    await it.search({ ...ANYTHING, by: "nobody" });
    expect([it.error.value?.code, it.error.value?.detail]).toEqual(["no_such_person", "nobody"]);
    await it.search({ ...ANYTHING, since: "soon" });
    expect(it.error.value?.code).toBe("invalid");
    expect(asked.length).toBe(1);
    expect(it.busy.value).toBe(false);
  });

  it("drops the answer to what is looked for no more", async () => {
    const { log: it, waiting, server } = log();
    server.held = true;
    const first = it.search(ANYTHING);
    await expect.poll(() => waiting.length).toBe(1);
    const second = it.search({ ...ANYTHING, kind: "chat.deleted" });
    await expect.poll(() => waiting.length).toBe(2);
    waiting[0]?.();
    await first;
    expect(it.entries.value).toBeNull();
    waiting[1]?.();
    await second;
    expect(it.entries.value?.length).toBe(1);
  });
});
