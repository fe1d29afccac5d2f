// Runs the effects of session.ts on a real WebSocket: one socket, one timer, and the replies that are awaited. What it
// needs from a browser comes from surroundings.ts, so that it runs in Node as well.
import { type Codec, codecFor, foresee, SUBPROTOCOLS } from "./codec.ts";
import { ApiError, assertNever } from "./errors.ts";
import type { Joined, Op, Operations, RoomEvent, WireError } from "./protocol.ts";
import { Session, type SessionEffect, type SessionEvent, type SessionStatus } from "./session.ts";
import { inBrowser, type Surroundings } from "./surroundings.ts";

export interface SocketHandlers {
  onStatus(status: SessionStatus, code: string | null): void;
  /** The log-in of this socket is over; told after the status. */
  onSignedOut(): void;
  onJoined(joined: Joined): void;
  onEvents(events: readonly RoomEvent[]): void;
}

interface Waiter {
  readonly resolve: (ok: unknown) => void;
  readonly reject: (error: ApiError) => void;
}

const REPLY_WITHIN_MS = 15_000;

export class RoomSocket {
  private readonly waiters = new Map<number, Waiter>();
  private readonly listeners = new AbortController();
  private socket: WebSocket | null = null;
  private codec: Codec | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    show: string,
    private readonly handlers: SocketHandlers,
    private readonly surroundings: Surroundings = inBrowser(),
    private readonly session = new Session(show, Math.random, surroundings.invisible),
  ) {}

  start(): void {
    this.surroundings.watch((type) => this.advance({ type }), this.listeners.signal);
    this.advance({ type: "start" });
  }

  /** Raises ApiError: the server's refusal, or `network` when the connection is not there or breaks meanwhile. */
  request<O extends Op>(op: O, d: Operations[O]["d"]): Promise<Operations[O]["ok"]> {
    if (this.session.status !== "joined") return Promise.reject(new ApiError("network", 0, "not connected"));
    const frame = this.session.request(op, d);
    return new Promise<unknown>((resolve, reject) => {
      const late = setTimeout(
        () => this.settle(frame.id)?.reject(new ApiError("network", 0, "no answer")),
        REPLY_WITHIN_MS,
      );
      this.waiters.set(frame.id, {
        resolve: (ok) => {
          clearTimeout(late);
          resolve(ok);
        },
        reject: (error) => {
          clearTimeout(late);
          reject(error);
        },
      });
      this.run([{ do: "send", frame }]);
    }) as Promise<Operations[O]["ok"]>;
  }

  dispose(): void {
    this.listeners.abort();
    this.advance({ type: "stop" });
  }

  private advance(event: SessionEvent): void {
    this.run(this.session.advance(event, Date.now()));
    if (this.timer !== null) clearTimeout(this.timer);
    const { deadline } = this.session;
    this.timer =
      deadline === null ? null : setTimeout(() => this.advance({ type: "timer" }), Math.max(0, deadline - Date.now()));
  }

  private run(effects: readonly SessionEffect[]): void {
    for (const effect of effects) this.perform(effect);
  }

  private perform(effect: SessionEffect): void {
    switch (effect.do) {
      case "connect":
        return this.connect();
      case "disconnect":
        return this.disconnect();
      case "send":
        return this.socket?.send(this.codec?.encode(effect.frame) ?? "");
      case "status":
        if (effect.status !== "joined") this.abandon();
        return this.handlers.onStatus(effect.status, effect.code);
      case "signed out":
        return this.handlers.onSignedOut();
      case "joined":
        return this.handlers.onJoined(effect.joined);
      case "events":
        return this.handlers.onEvents(effect.events);
      case "reply":
        return this.reply(effect.re, effect.ok, effect.err);
      default:
        return assertNever(effect);
    }
  }

  private connect(): void {
    const { url, headers } = this.surroundings;
    const socket = new WebSocket(url, headers ? ({ protocols: SUBPROTOCOLS, headers } as never) : SUBPROTOCOLS);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    foresee();
    // The server says nothing before it is spoken to, so nothing can come before the codec.
    socket.onopen = async () => {
      const codec = await codecFor(socket.protocol).catch(() => null);
      if (this.socket !== socket) return;
      this.codec = codec;
      if (codec) return this.advance({ type: "opened" });
      this.disconnect();
      this.advance({ type: "broken", code: 1006 });
    };
    socket.onmessage = (message) => this.receive(message.data);
    socket.onclose = (close) => {
      this.socket = null;
      this.advance({ type: "broken", code: close.code, reason: close.reason });
    };
  }

  /** A message that is not of the protocol breaks the connection, not the page: the session resumes. */
  private receive(data: unknown): void {
    let frame: ReturnType<Codec["decode"]>;
    try {
      frame = (this.codec as Codec).decode(data);
    } catch {
      this.disconnect();
      this.advance({ type: "broken", code: 1002 });
      return;
    }
    this.advance({ type: "received", frame });
  }

  /** Detaches first: nothing of an abandoned socket may reach the machine. */
  private disconnect(): void {
    const { socket } = this;
    if (!socket) return;
    this.socket = null;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private reply(id: number, ok: unknown, err: WireError | undefined): void {
    const waiter = this.settle(id);
    if (err) waiter?.reject(refusal(err));
    else waiter?.resolve(ok);
  }

  private settle(id: number): Waiter | undefined {
    const waiter = this.waiters.get(id);
    this.waiters.delete(id);
    return waiter;
  }

  private abandon(): void {
    for (const id of [...this.waiters.keys()]) this.settle(id)?.reject(new ApiError("network", 0, "connection lost"));
  }
}

function refusal({ code, message, retryable, retry_after_ms, errors }: WireError): ApiError {
  return new ApiError(code, retryable ? 503 : 409, message, retry_after_ms ?? null, errors);
}
