import { describe, expect, it } from "vitest";
import { DeskSession } from "./deskSession.ts";
import type { RoomEvent } from "./protocol.ts";

const NEWS: RoomEvent = [null, "desk.news", { about: "topic", id: "t", state: "approved", by: "mo" }, 5];

function joined() {
  const session = new DeskSession("", () => 0.5);
  session.advance({ type: "start" }, 0);
  const opened = session.advance({ type: "opened" }, 1);
  return { session, opened };
}

describe("DeskSession", () => {
  it("joins the desk and not a show, also when it comes back", () => {
    const { session, opened } = joined();
    expect(opened).toContainEqual({ do: "send", frame: { id: 1, op: "desk.join", d: {} } });
    session.advance({ type: "received", frame: { re: 1, ok: { now_ms: 1 } } }, 2);
    expect(session.status).toBe("joined");
    session.advance({ type: "broken", code: 1006 }, 3);
    session.advance({ type: "timer" }, 60_000);
    const again = session.advance({ type: "opened" }, 60_001);
    expect(again).toContainEqual({ do: "send", frame: { id: 2, op: "desk.join", d: {} } });
  });

  it("tells news that has no number, and what came before the answer after it", () => {
    const { session } = joined();
    session.advance({ type: "received", frame: { ev: [NEWS] } }, 2);
    const effects = session.advance({ type: "received", frame: { re: 1, ok: { now_ms: 1 } } }, 3);
    expect(effects.map((effect) => effect.do)).toEqual(["status", "joined", "events"]);
    expect(session.advance({ type: "received", frame: { ev: [NEWS] } }, 4)).toEqual([{ do: "events", events: [NEWS] }]);
  });

  it("gives up when it is refused for good", () => {
    const { session } = joined();
    const err = { code: "forbidden", message: "no", retryable: false };
    session.advance({ type: "received", frame: { re: 1, err } }, 2);
    expect(session.status).toBe("closed");
  });
});
