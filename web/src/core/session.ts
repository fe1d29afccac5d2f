// The WebSocket session of one show as a pure machine: connect → join → joined → resume with epoch and after.
// `advance(event, now)` answers what to do; socket.ts does it. No socket, no clock and no timer in here.
import { backoffMs } from "./backoff.ts";
import type { ClientFrame, Joined, Op, Operations, RoomEvent, ServerFrame, WireError } from "./protocol.ts";

export type SessionStatus = "idle" | "connecting" | "joining" | "joined" | "waiting" | "held" | "closed";

export type SessionEvent =
  | { readonly type: "start" }
  | { readonly type: "opened" }
  | { readonly type: "received"; readonly frame: ServerFrame }
  | { readonly type: "broken"; readonly code: number; readonly reason?: string }
  | { readonly type: "timer" }
  // The network is gone, and back.
  | { readonly type: "hold" }
  | { readonly type: "release" }
  // Nobody looks at the page, and somebody does again.
  | { readonly type: "hide" }
  | { readonly type: "show" }
  | { readonly type: "stop" };

export type SessionEffect =
  | { readonly do: "connect" }
  | { readonly do: "disconnect" }
  | { readonly do: "send"; readonly frame: ClientFrame }
  | { readonly do: "status"; readonly status: SessionStatus; readonly code: string | null }
  | { readonly do: "signed out" }
  | { readonly do: "joined"; readonly joined: Joined }
  | { readonly do: "events"; readonly events: readonly RoomEvent[] }
  | { readonly do: "reply"; readonly re: number; readonly ok?: unknown; readonly err?: WireError };

/** These come from outside at any time. */
const ANY_TIME: readonly SessionEvent["type"][] = ["hold", "release", "hide", "show", "stop"];
/** Which others may come in which state; anything else is a fault of the shell and raises. */
const ALLOWED: Record<SessionStatus, readonly SessionEvent["type"][]> = {
  idle: ["start"],
  connecting: ["opened", "broken", "timer"],
  joining: ["received", "broken", "timer"],
  joined: ["received", "broken", "timer"],
  waiting: ["timer"],
  held: [],
  closed: [],
};

export const CONNECT_WITHIN_MS = 10_000;
const PING_EVERY_MS = 20_000;
/** Browsers slow the timers of hidden tabs to one a minute anyway; the server waits 90 s. */
const HIDDEN_PING_EVERY_MS = 60_000;
/** Counted from a ping and not from what was heard last: a timer that came late says nothing about the server. */
const ANSWER_WITHIN_MS = 25_000;
const PROBE_WITHIN_MS = 5_000;
/** A session shorter than this does not reset the backoff, or a server that refuses late would be hammered. */
const STABLE_AFTER_MS = 5_000;
/** An unexplained gap is mended by resuming, but not again and again. */
const GAP_REPAIR_EVERY_MS = 30_000;
const EARLY_EVENTS = 1_000;
/** Of what one was told alone, so many are known again when they are told again; the server keeps half as many. */
const KNOWN_EVENTS = 64;
/** What was told while the page came in may stand in the answer or not. */
const COMING_IN_MS = 5_000;
/** What is for many and has no number is never told again. */
const FOR_MANY = /^(caption|desk|duel|likes|notice|speaker|viewers)/;

/** What the server means by a close code (signaling/errors.py): all others are reconnected and resumed after. */
const SIGNED_OUT = 4200;
const EXPIRED = 4201;
const BANNED = 4501;

/** Codes of 4500–4999 mean "do not come back". */
export function isFinalClose(code: number): boolean {
  return code >= 4500 && code < 5000;
}

/** A server that goes tells each client when to come back, so that not all come at once. */
function toldToWait(reason: string): number | null {
  const [, told] = /\bretry_after_ms=(\d{1,6})\b/.exec(reason) ?? [];
  return told === undefined ? null : Number(told);
}

interface Position {
  readonly epoch: string;
  readonly seq: number;
}

export class Session {
  private state: SessionStatus = "idle";
  private holding = false;
  private hidden = false;
  private position: Position | null = null;
  private attempt = 0;
  protected deadlineMs: number | null = null;
  /** When the first ping was sent that nothing has been heard after. */
  private askedAtMs: number | null = null;
  private joinedAtMs = 0;
  private gapAtMs = Number.NEGATIVE_INFINITY;
  protected joinId = 0;
  private lastId = 0;
  protected early: RoomEvent[] = [];
  /** When this page came in, by the server's clock. */
  private sinceMs = 0;
  private readonly known = new Set<string>();

  constructor(
    private readonly show: string,
    private readonly random: () => number,
    private readonly invisible = false,
  ) {}

  get status(): SessionStatus {
    return this.state;
  }

  /** When `timer` is due, or null. */
  get deadline(): number | null {
    return this.deadlineMs;
  }

  /** A request of the page; answered by a `reply` effect with the same id. */
  request<O extends Op>(op: O, d: Operations[O]["d"]): ClientFrame {
    this.lastId += 1;
    return { id: this.lastId, op, d };
  }

  advance(event: SessionEvent, now: number): SessionEffect[] {
    if (!ANY_TIME.includes(event.type) && !ALLOWED[this.state].includes(event.type)) {
      throw new Error(`session: "${event.type}" cannot happen while ${this.state}`);
    }
    switch (event.type) {
      case "start":
        return this.connect(now);
      case "opened":
        return this.join(now);
      case "received":
        return this.receive(event.frame, now);
      case "broken":
        return this.onBroken(event.code, event.reason ?? "", now);
      case "timer":
        return this.onTimer(now);
      case "hold":
        return this.hold(now);
      case "release":
        return this.release(now);
      case "hide":
        this.hidden = true;
        return [];
      case "show":
        return this.seen(now);
      case "stop":
        return this.state === "closed" ? [] : [{ do: "disconnect" }, ...this.close(null)];
    }
  }

  private connect(now: number): SessionEffect[] {
    this.deadlineMs = now + CONNECT_WITHIN_MS;
    this.askedAtMs = null;
    return [{ do: "connect" }, this.enter("connecting")];
  }

  protected join(now: number): SessionEffect[] {
    const resume = this.position && { epoch: this.position.epoch, after: this.position.seq };
    const unseen = this.invisible && { invisible: true };
    const frame = this.request("show.join", { show: this.show, ...resume, ...unseen });
    this.joinId = frame.id;
    this.early = [];
    this.deadlineMs = now + CONNECT_WITHIN_MS;
    return [this.enter("joining"), { do: "send", frame }];
  }

  private receive(frame: ServerFrame, now: number): SessionEffect[] {
    this.askedAtMs = null;
    if ("ev" in frame) {
      if (this.state === "joined") return this.take(frame.ev, now);
      if (this.early.length < EARLY_EVENTS) this.early.push(...frame.ev);
      return [];
    }
    if (this.state === "joining" && frame.re === this.joinId) {
      if ("err" in frame) return this.refused(frame.err, now);
      return this.onJoined(frame.ok as Joined, now);
    }
    return [
      "err" in frame ? { do: "reply", re: frame.re, err: frame.err } : { do: "reply", re: frame.re, ok: frame.ok },
    ];
  }

  private onJoined(joined: Joined, now: number): SessionEffect[] {
    this.position = { epoch: joined.epoch, seq: joined.seq };
    if ("now_ms" in joined && this.sinceMs === 0) this.sinceMs = joined.now_ms - COMING_IN_MS;
    this.joinedAtMs = now;
    this.deadlineMs = now + this.pingEveryMs();
    const early = this.early;
    this.early = [];
    const mine = this.unknown(joined.mine ?? []);
    return [this.enter("joined"), { do: "joined", joined }, ...emit(mine), ...this.take(early, now)];
  }

  /** What one was told alone has no numbers: of what is told again, what came before or was over by then is left out. */
  private unknown(events: readonly RoomEvent[]): RoomEvent[] {
    return events.filter((event) => event[3] >= this.sinceMs && !this.knows(event));
  }

  private knows(event: RoomEvent): boolean {
    const text = JSON.stringify(event);
    if (this.known.has(text)) return true;
    this.known.add(text);
    const [oldest] = this.known;
    if (this.known.size > KNOWN_EVENTS && oldest) this.known.delete(oldest);
    return false;
  }

  private refused(err: WireError, now: number): SessionEffect[] {
    if (!err.retryable) return [{ do: "disconnect" }, ...this.close(err.code)];
    return [{ do: "disconnect" }, ...this.wait(now, err.retry_after_ms ?? null)];
  }

  /** Drops what was seen, moves the position, and resumes once when a number is missing without an explanation. */
  private take(events: readonly RoomEvent[], now: number): SessionEffect[] {
    const fresh: RoomEvent[] = [];
    for (const event of events) {
      const position = this.position ?? { epoch: "", seq: 0 };
      const seq = event[1] === "skipped" ? event[2].to : event[0];
      if (seq === null) {
        if (FOR_MANY.test(event[1]) || !this.knows(event)) fresh.push(event);
        continue;
      }
      if (seq <= position.seq) continue;
      const first = event[1] === "skipped" ? event[2].from : seq;
      const missing = first > position.seq + 1;
      if (missing && now - this.gapAtMs >= GAP_REPAIR_EVERY_MS) {
        this.gapAtMs = now;
        return [...emit(fresh), { do: "disconnect" }, ...this.connect(now)];
      }
      this.position = { epoch: position.epoch, seq };
      fresh.push(event);
    }
    return emit(fresh);
  }

  private onBroken(code: number, reason: string, now: number): SessionEffect[] {
    const signedOut: SessionEffect[] = [SIGNED_OUT, EXPIRED, BANNED].includes(code) ? [{ do: "signed out" }] : [];
    // Somebody whose session ran out is asked to sign in, and comes back as himself.
    if (code === EXPIRED || isFinalClose(code)) return [...this.close(`closed_${code}`), ...signedOut];
    // A guest gets a snapshot of a guest's: who he is stands in nothing else.
    if (code === SIGNED_OUT) this.position = null;
    return [...this.wait(now, toldToWait(reason)), ...signedOut];
  }

  private onTimer(now: number): SessionEffect[] {
    if (this.state === "waiting") return this.connect(now);
    const silent = this.askedAtMs !== null && now - this.askedAtMs >= ANSWER_WITHIN_MS;
    if (this.state !== "joined" || silent) return [{ do: "disconnect" }, ...this.wait(now, null)];
    return this.ping(now, this.pingEveryMs());
  }

  private ping(now: number, againAfterMs: number): SessionEffect[] {
    this.askedAtMs ??= now;
    this.deadlineMs = now + againAfterMs;
    return [{ do: "send", frame: this.request("ping", {}) }];
  }

  private pingEveryMs(): number {
    return this.hidden ? HIDDEN_PING_EVERY_MS : PING_EVERY_MS;
  }

  /** The network is gone, or so it is said: a server on this machine still answers, so an open socket is asked. */
  private hold(now: number): SessionEffect[] {
    const { holding } = this;
    this.holding = true;
    if (this.state === "joined" && !holding) return this.probe(now);
    if (this.state !== "waiting") return [];
    this.deadlineMs = null;
    return [this.enter("held")];
  }

  /** The network came back: an open socket went with the old one, and finding that out by waiting would take long. */
  private release(now: number): SessionEffect[] {
    const { holding } = this;
    this.holding = false;
    if (this.state === "held" || this.state === "waiting") return this.connect(now);
    return holding && this.state === "joined" ? [{ do: "disconnect" }, ...this.connect(now)] : [];
  }

  /** Somebody looks again: connect now, or find out soon whether the open socket is still alive. */
  private seen(now: number): SessionEffect[] {
    const { hidden } = this;
    this.hidden = false;
    if (this.state === "waiting") return this.connect(now);
    if (!hidden || this.state !== "joined") return [];
    return this.probe(now);
  }

  /** Nobody waits the usual time for an answer. */
  private probe(now: number): SessionEffect[] {
    this.askedAtMs = now + PROBE_WITHIN_MS - ANSWER_WITHIN_MS;
    return this.ping(now, PROBE_WITHIN_MS);
  }

  private wait(now: number, afterMs: number | null): SessionEffect[] {
    if (this.state === "joined" && now - this.joinedAtMs >= STABLE_AFTER_MS) this.attempt = 0;
    const delay = afterMs ?? backoffMs(this.attempt, this.random());
    this.attempt += 1;
    this.deadlineMs = this.holding ? null : now + delay;
    return [this.enter(this.holding ? "held" : "waiting")];
  }

  private close(code: string | null): SessionEffect[] {
    this.deadlineMs = null;
    this.state = "closed";
    return [{ do: "status", status: "closed", code }];
  }

  protected enter(status: SessionStatus): SessionEffect {
    this.state = status;
    return { do: "status", status, code: null };
  }
}

function emit(events: readonly RoomEvent[]): SessionEffect[] {
  return events.length > 0 ? [{ do: "events", events }] : [];
}
