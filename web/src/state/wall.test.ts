import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import type { WallShow } from "../core/rest.ts";
import { pictureOf, Wall } from "./wall.ts";

function live(id: string, picture_at: string | null = null): WallShow {
  return { show: { id, title: id } as WallShow["show"], picture_at, chat_per_minute: 0, open_reports: 0, rulings: [] };
}

function wall(status = 200) {
  const asked: string[] = [];
  const server = { status, shows: [live("a"), live("b"), live("c")], next: null as string | null };
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    asked.push(`${init?.method} ${String(url).replace("/api/v1/", "")} ${init?.body ?? ""}`.trim());
    const body = { wall: server.shows, next: server.next, code: "unavailable" };
    return Promise.resolve(Response.json(body, { status: server.status }));
  };
  const http = new Http("/api/v1", { fetch, sleep: () => Promise.resolve(), random: () => 0 });
  return { wall: new Wall(http), asked, server };
}

describe("Wall", () => {
  it("walks over the shows and stops at the ends", async () => {
    const { wall: it } = wall();
    it.move(1);
    expect(it.chosen.value).toBeNull();
    await it.refresh();
    const visited = [1, 1, 1, 1, -1].map((step) => {
      it.move(step);
      return it.chosen.value?.show.id;
    });
    expect(visited).toEqual(["a", "b", "c", "c", "b"]);
  });

  it("keeps what it has when the server does not answer, and says so", async () => {
    const { wall: it, server } = wall();
    await it.refresh();
    server.status = 503;
    await it.refresh();
    expect(it.shows.value?.length).toBe(3);
    expect(it.error.value?.code).toBe("unavailable");
    server.status = 200;
    server.next = "more";
    await it.refresh();
    expect([it.error.value, it.more.value]).toEqual([null, true]);
  });

  it("warns and stops with a ground, and a stopped show goes", async () => {
    const { wall: it, asked } = wall();
    await it.refresh();
    await it.warn("a", "off_topic", "Tea only.");
    await it.stop("b", "unsafe", "A fire.");
    expect(asked.slice(1)).toEqual([
      'POST shows/a/warnings {"code":"off_topic","text":"Tea only."}',
      'POST shows/b/stop {"code":"unsafe","reason":"A fire."}',
    ]);
    expect(it.shows.value?.map(({ show }) => show.id)).toEqual(["a", "c"]);
  });

  it("gives each picture an address of its own", () => {
    expect(pictureOf(live("a"))).toBeNull();
    const first = pictureOf(live("a/b", "2026-01-01T00:00:00Z"));
    expect(first).toBe("/api/v1/desk/wall/a%2Fb/picture?at=1767225600000");
    expect(pictureOf(live("a/b", "2026-01-01T00:00:10Z"))).not.toBe(first);
  });
});
