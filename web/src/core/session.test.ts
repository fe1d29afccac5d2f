import { describe, expect, it } from "vitest";
import type { ClientFrame, RoomEvent, ServerFrame, WireError } from "./protocol.ts";
import { isFinalClose, Session, type SessionEffect } from "./session.ts";

const snapshot = {
  epoch: "e1",
  seq: 10,
  now_ms: 0,
  show: { id: "s1" },
  you: {},
  chat: [],
  bag: { version: 1, products: [] },
};

function chat(seq: number, text = `line ${seq}`): RoomEvent {
  const author = { id: "u1", display_name: "Ana", role: "viewer" as const };
  return [seq, "chat", { id: `m${seq}`, author, text, at_ms: 0 }, 0];
}

function sentFrame(effects: SessionEffect[]): ClientFrame {
  const send = effects.find((effect) => effect.do === "send");
  if (send?.do !== "send") throw new Error("nothing was sent");
  return send.frame;
}

const kinds = (effects: SessionEffect[]) => effects.map((effect) => effect.do);
const seqs = (effects: SessionEffect[]) =>
  effects.flatMap((effect) => (effect.do === "events" ? effect.events.map((event) => event[0]) : []));

function received(frame: ServerFrame) {
  return { type: "received", frame } as const;
}

function joinedSession(random = () => 0): Session {
  const session = new Session("s1", random);
  session.advance({ type: "start" }, 0);
  const join = sentFrame(session.advance({ type: "opened" }, 0));
  session.advance(received({ re: join.id, ok: snapshot }), 0);
  return session;
}

function rejoin(session: Session, now: number): ClientFrame {
  session.advance({ type: "timer" }, now);
  return sentFrame(session.advance({ type: "opened" }, now));
}

const order = (state: string, at_ms: number) => [null, "order", { id: "o1", state }, at_ms] as unknown as RoomEvent;

describe("what one is told alone", () => {
  it("is told again after an absence, but not what came before it or before the page", () => {
    const session = new Session("s1", () => 0);
    session.advance({ type: "start" }, 0);
    const join = sentFrame(session.advance({ type: "opened" }, 0));
    session.advance(received({ re: join.id, ok: { ...snapshot, now_ms: 100_000 } }), 0);
    expect(kinds(session.advance(received({ ev: [order("reserved", 101_000)] }), 1))).toEqual(["events"]);
    session.advance({ type: "broken", code: 1006 }, 10);
    const again = rejoin(session, 1_000);
    const mine = [order("reserved", 90_000), order("reserved", 101_000), order("paid", 102_000)];
    const effects = session.advance(received({ re: again.id, ok: { epoch: "e1", seq: 10, events: [], mine } }), 2_000);
    expect(effects.slice(2)).toEqual([{ do: "events", events: [order("paid", 102_000)] }]);
    // On its way twice: once in the answer, once by itself.
    expect(session.advance(received({ ev: [order("paid", 102_000)] }), 2_001)).toEqual([]);
  });

  it("is never mistaken for a count", () => {
    const session = joinedSession();
    const likes: RoomEvent = [null, "likes", { count: 1 }, 5];
    expect(kinds(session.advance(received({ ev: [likes] }), 1))).toEqual(["events"]);
    expect(kinds(session.advance(received({ ev: [likes] }), 2))).toEqual(["events"]);
  });
});

describe("joining", () => {
  it("connects, joins without a position and hands the snapshot on", () => {
    const session = new Session("s1", () => 0);
    expect(kinds(session.advance({ type: "start" }, 0))).toEqual(["connect", "status"]);
    const join = sentFrame(session.advance({ type: "opened" }, 1));
    expect(join).toMatchObject({ op: "show.join", d: { show: "s1" } });
    expect(join.d).not.toHaveProperty("after");
    const effects = session.advance(received({ re: join.id, ok: snapshot }), 2);
    expect(kinds(effects)).toEqual(["status", "joined"]);
    expect(session.status).toBe("joined");
  });

  it("stops for good when the server says that trying again is useless", () => {
    const session = new Session("s1", () => 0);
    session.advance({ type: "start" }, 0);
    const join = sentFrame(session.advance({ type: "opened" }, 0));
    const err: WireError = { code: "not_found", message: "no such show", retryable: false };
    const effects = session.advance(received({ re: join.id, err }), 0);
    expect(effects).toEqual([{ do: "disconnect" }, { do: "status", status: "closed", code: "not_found" }]);
    expect(session.deadline).toBeNull();
  });

  it("waits as long as the join gate asks", () => {
    const session = new Session("s1", () => 0);
    session.advance({ type: "start" }, 0);
    const join = sentFrame(session.advance({ type: "opened" }, 0));
    const err: WireError = { code: "rate_limited", message: "crowded", retryable: true, retry_after_ms: 3000 };
    session.advance(received({ re: join.id, err }), 100);
    expect(session.status).toBe("waiting");
    expect(session.deadline).toBe(3100);
  });

  it("gives a server that does not answer ten seconds", () => {
    const session = new Session("s1", () => 0);
    session.advance({ type: "start" }, 0);
    expect(session.deadline).toBe(10_000);
    expect(kinds(session.advance({ type: "timer" }, 10_000))).toEqual(["disconnect", "status"]);
    expect(session.status).toBe("waiting");
  });

  it("keeps events that overtake the answer and drops those that the snapshot holds", () => {
    const session = new Session("s1", () => 0);
    session.advance({ type: "start" }, 0);
    const join = sentFrame(session.advance({ type: "opened" }, 0));
    expect(session.advance(received({ ev: [chat(10), chat(11)] }), 0)).toEqual([]);
    expect(seqs(session.advance(received({ re: join.id, ok: snapshot }), 0))).toEqual([11]);
  });
});

describe("events", () => {
  it("are handed on once, in order, with those that carry no number", () => {
    const session = joinedSession();
    const viewers: RoomEvent = [null, "viewers", { count: 2 }, 0];
    expect(seqs(session.advance(received({ ev: [chat(11), viewers, chat(11), chat(12)] }), 1))).toEqual([11, null, 12]);
    expect(session.advance(received({ ev: [chat(12)] }), 2)).toEqual([]);
  });

  it("that were left out with an explanation are no gap", () => {
    const session = joinedSession();
    const skipped: RoomEvent = [null, "skipped", { from: 11, to: 14, count: 4 }, 0];
    expect(seqs(session.advance(received({ ev: [skipped, chat(15)] }), 1))).toEqual([null, 15]);
  });

  it("that an explanation does not cover are missing", () => {
    const session = joinedSession();
    const skipped: RoomEvent = [null, "skipped", { from: 12, to: 14, count: 3 }, 0];
    expect(kinds(session.advance(received({ ev: [skipped] }), 1))).toContain("disconnect");
  });

  it("that are missing are fetched by resuming from the last one seen", () => {
    const session = joinedSession();
    const effects = session.advance(received({ ev: [chat(11), chat(13)] }), 1);
    expect(seqs(effects)).toEqual([11]);
    expect(kinds(effects)).toContain("disconnect");
    const join = sentFrame(session.advance({ type: "opened" }, 2));
    expect(join.d).toEqual({ show: "s1", epoch: "e1", after: 11 });
  });

  it("with a second gap soon after are taken as they are", () => {
    const session = joinedSession();
    session.advance(received({ ev: [chat(12)] }), 1);
    const join = sentFrame(session.advance({ type: "opened" }, 2));
    session.advance(received({ re: join.id, ok: { epoch: "e1", seq: 12, events: [] } }), 3);
    expect(seqs(session.advance(received({ ev: [chat(14)] }), 4))).toEqual([14]);
  });
});

describe("a lost connection", () => {
  it("resumes with epoch and after, and backs off while it fails", () => {
    const session = joinedSession();
    session.advance(received({ ev: [chat(11)] }), 6_000);
    session.advance({ type: "broken", code: 1006 }, 10_000);
    expect(session.deadline).toBe(10_250);
    expect(rejoin(session, 10_250).d).toEqual({ show: "s1", epoch: "e1", after: 11 });
    session.advance({ type: "broken", code: 1006 }, 10_300);
    expect(session.deadline).toBe(10_800);
  });

  it("does not reset the backoff when the session was short", () => {
    const session = joinedSession();
    session.advance({ type: "broken", code: 1012 }, 100);
    const join = rejoin(session, 350);
    session.advance(received({ re: join.id, ok: snapshot }), 400);
    session.advance({ type: "broken", code: 1012 }, 500);
    expect(session.deadline).toBe(1_000);
  });

  it("is final when the close code says so", () => {
    const session = joinedSession();
    const effects = session.advance({ type: "broken", code: 4599 }, 1);
    expect(effects).toEqual([{ do: "status", status: "closed", code: "closed_4599" }]);
    expect([1000, 1006, 1012, 4000, 4101, 4499].some(isFinalClose)).toBe(false);
    expect([4500, 4999].every(isFinalClose)).toBe(true);
  });

  it("of somebody who signed out elsewhere goes on as a guest's, with a snapshot", () => {
    const session = joinedSession();
    const effects = session.advance({ type: "broken", code: 4200, reason: "signed out" }, 6_000);
    expect(kinds(effects)).toEqual(["status", "signed out"]);
    expect(session.status).toBe("waiting");
    expect(rejoin(session, 6_250).d).toEqual({ show: "s1" });
  });

  it("of a session that ran out waits for its person to sign in", () => {
    const effects = joinedSession().advance({ type: "broken", code: 4201 }, 1);
    expect(effects).toEqual([{ do: "status", status: "closed", code: "closed_4201" }, { do: "signed out" }]);
  });

  it("by a ban is final, and the log-in is over", () => {
    const session = joinedSession();
    expect(kinds(session.advance({ type: "broken", code: 4501 }, 1))).toEqual(["status", "signed out"]);
    expect(session.status).toBe("closed");
    expect(session.deadline).toBeNull();
  });

  it("comes back when the server that went told it to, and resumes", () => {
    const session = joinedSession();
    const reason = "this server is restarting: reconnect; retry_after_ms=12345";
    session.advance({ type: "broken", code: 4000, reason }, 100);
    expect(session.deadline).toBe(12_445);
    expect(rejoin(session, 12_445).d).toEqual({ show: "s1", epoch: "e1", after: 10 });
  });

  it("with words that hold no time backs off as ever", () => {
    for (const reason of ["", "retry_after_ms=", "retry_after_ms=-5", "retry_after_ms=99999999999"]) {
      const session = joinedSession();
      session.advance({ type: "broken", code: 4000, reason }, 100);
      expect(session.deadline).toBe(350);
    }
  });

  it("is noticed by silence: pings every 20 s, gives up after 45 s", () => {
    const session = joinedSession();
    expect(sentFrame(session.advance({ type: "timer" }, 20_000)).op).toBe("ping");
    expect(sentFrame(session.advance({ type: "timer" }, 40_000)).op).toBe("ping");
    expect(kinds(session.advance({ type: "timer" }, 60_000))).toEqual(["disconnect", "status"]);
    expect(session.status).toBe("waiting");
  });

  it("stays joined while pings are answered", () => {
    const session = joinedSession();
    for (let now = 20_000; now <= 400_000; now += 20_000) {
      const ping = sentFrame(session.advance({ type: "timer" }, now));
      session.advance(received({ re: ping.id, ok: { now_ms: now } }), now + 10);
    }
    expect(session.status).toBe("joined");
  });
});

describe("without a network", () => {
  it("waits without a timer and connects at once when it is back", () => {
    const session = joinedSession();
    session.advance({ type: "hold" }, 1);
    expect(session.status).toBe("joined");
    session.advance({ type: "broken", code: 1006 }, 2);
    expect(session.status).toBe("held");
    expect(session.deadline).toBeNull();
    expect(kinds(session.advance({ type: "release" }, 3))).toEqual(["connect", "status"]);
  });

  it("is known within seconds, since a socket without a network says nothing", () => {
    const session = joinedSession();
    expect(sentFrame(session.advance({ type: "hold" }, 1_000)).op).toBe("ping");
    expect(session.advance({ type: "hold" }, 2_000)).toEqual([]);
    expect(session.deadline).toBe(6_000);
    expect(kinds(session.advance({ type: "timer" }, 6_000))).toEqual(["disconnect", "status"]);
    expect(session.status).toBe("held");
    expect(session.deadline).toBeNull();
  });

  it("is no reason to leave a server that still answers", () => {
    const session = joinedSession();
    const ping = sentFrame(session.advance({ type: "hold" }, 1_000));
    session.advance(received({ re: ping.id, ok: { now_ms: 0 } }), 1_010);
    expect(sentFrame(session.advance({ type: "timer" }, 6_000)).op).toBe("ping");
    expect(session.status).toBe("joined");
  });

  it("does not go on with a socket of before, and resumes", () => {
    const session = joinedSession();
    session.advance({ type: "hold" }, 1_000);
    expect(kinds(session.advance({ type: "release" }, 9_000))).toEqual(["disconnect", "connect", "status"]);
    expect(sentFrame(session.advance({ type: "opened" }, 9_001)).d).toEqual({ show: "s1", epoch: "e1", after: 10 });
  });

  it("keeps a socket that nothing was said about", () => {
    expect(joinedSession().advance({ type: "release" }, 1)).toEqual([]);
  });
});

describe("a hidden page", () => {
  it("pings once a minute, and a timer that comes late does not end it", () => {
    const session = joinedSession();
    session.advance({ type: "hide" }, 1_000);
    session.advance({ type: "timer" }, 20_000);
    expect(session.deadline).toBe(80_000);
    session.advance(received({ re: 2, ok: { now_ms: 0 } }), 20_010);
    const ping = sentFrame(session.advance({ type: "timer" }, 400_000));
    expect(ping.op).toBe("ping");
    expect(session.status).toBe("joined");
  });

  it("connects again when the connection breaks", () => {
    const session = joinedSession();
    session.advance({ type: "hide" }, 1);
    session.advance({ type: "broken", code: 1006 }, 2);
    expect(session.status).toBe("waiting");
    expect(session.deadline).not.toBeNull();
  });

  it("does not wait any longer once it is seen", () => {
    const session = joinedSession();
    session.advance({ type: "hide" }, 1);
    session.advance({ type: "broken", code: 1006 }, 2);
    expect(kinds(session.advance({ type: "show" }, 3))).toEqual(["connect", "status"]);
  });

  it("probes an open socket when it is seen and drops it when nothing comes back", () => {
    const session = joinedSession();
    session.advance({ type: "hide" }, 1_000);
    expect(sentFrame(session.advance({ type: "show" }, 9_000)).op).toBe("ping");
    expect(session.deadline).toBe(14_000);
    expect(kinds(session.advance({ type: "timer" }, 14_000))).toEqual(["disconnect", "status"]);
  });

  it("keeps an open socket that answers the probe", () => {
    const session = joinedSession();
    session.advance({ type: "hide" }, 1_000);
    const probe = sentFrame(session.advance({ type: "show" }, 9_000));
    session.advance(received({ re: probe.id, ok: { now_ms: 0 } }), 9_100);
    expect(sentFrame(session.advance({ type: "timer" }, 14_000)).op).toBe("ping");
    expect(session.status).toBe("joined");
  });
});

describe("the machine", () => {
  it("answers a request by its id", () => {
    const session = joinedSession();
    const frame = session.request("chat.send", { text: "hello" });
    const effects = session.advance(received({ re: frame.id, ok: { message: {} } }), 1);
    expect(effects).toEqual([{ do: "reply", re: frame.id, ok: { message: {} } }]);
  });

  it("names event and state of an illegal step", () => {
    expect(() => new Session("s1", () => 0).advance({ type: "opened" }, 0)).toThrow(
      '"opened" cannot happen while idle',
    );
  });

  it("stops once and for all", () => {
    const session = joinedSession();
    expect(kinds(session.advance({ type: "stop" }, 1))).toEqual(["disconnect", "status"]);
    expect(session.advance({ type: "stop" }, 2)).toEqual([]);
  });
});
