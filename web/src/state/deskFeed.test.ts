import { describe, expect, it } from "vitest";
import type { RoomEvent } from "../core/protocol.ts";
import { DeskFeed } from "./deskFeed.ts";

const news: RoomEvent = [null, "desk.news", { about: "show", id: "s", state: "live", by: "mei" }, 1];
const notice = (kind: "restored" | "delayed"): RoomEvent => [null, "notice", { kind, count: 0, names: [] }, 1];
const skipped: RoomEvent = [null, "skipped", { from: 1, to: 2, count: 2 }, 1];

function listening() {
  const feed = new DeskFeed();
  const heard: string[] = [];
  const stop = feed.listen({ onNews: ({ id, state }) => heard.push(`${id} ${state}`), onGap: () => heard.push("gap") });
  return { feed, heard, stop };
}

describe("DeskFeed", () => {
  it("tells news to whoever listens, and to nobody who stopped", () => {
    const { feed, heard, stop } = listening();
    feed.take([news]);
    stop();
    feed.take([news]);
    expect(heard).toEqual(["s live"]);
  });

  it("knows the server's time from joining on, and asks for a reading then", () => {
    const { feed, heard } = listening();
    expect(feed.serverNow(1_000)).toBe(1_000);
    feed.joined(10_801_000, 1_000);
    expect(feed.serverNow(6_000)).toBe(10_806_000);
    expect(heard).toEqual(["gap"]);
  });

  it("asks for a reading when the server was deaf or this socket was too slow", () => {
    const { feed, heard } = listening();
    feed.take([notice("delayed"), notice("restored"), skipped]);
    expect(heard).toEqual(["gap", "gap"]);
  });
});
