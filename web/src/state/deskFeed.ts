// The desk's news as it happens. Sections listen while they are shown; when something may have been missed they are told
// to read again.
import { type ReadonlySignal, signal } from "@preact/signals";
import { DeskSession } from "../core/deskSession.ts";
import type { EventData, Joined, RoomEvent } from "../core/protocol.ts";
import type { SessionStatus } from "../core/session.ts";
import { RoomSocket } from "../core/socket.ts";

export type News = EventData["desk.news"];

export interface FeedListener {
  onNews(news: News): void;
  /** Anything may have happened since. */
  onGap(): void;
}

export class DeskFeed {
  private readonly now = signal<SessionStatus>("idle");
  private readonly listeners = new Set<FeedListener>();
  /** How far the server's clock is ahead of this computer's; known once the desk is joined. */
  private readonly aheadMs = signal(0);

  get status(): ReadonlySignal<SessionStatus> {
    return this.now;
  }

  /** The time that claims and deadlines end by, whatever this computer's clock says. */
  serverNow(nowMs: number = Date.now()): number {
    return nowMs + this.aheadMs.value;
  }

  /** Connects; answers how to stop. */
  start(): () => void {
    const handlers = {
      onStatus: (status: SessionStatus) => {
        this.now.value = status;
      },
      onSignedOut: () => undefined,
      // A desk has nothing to resume, so that the answer always has the time.
      onJoined: (answer: Joined) => "now_ms" in answer && this.joined(answer.now_ms),
      onEvents: (events: readonly RoomEvent[]) => this.take(events),
    };
    const socket = new RoomSocket("", handlers, undefined, new DeskSession("", Math.random));
    socket.start();
    return () => socket.dispose();
  }

  joined(serverNowMs: number, nowMs: number = Date.now()): void {
    this.aheadMs.value = serverNowMs - nowMs;
    this.gap();
  }

  listen(listener: FeedListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  take(events: readonly RoomEvent[]): void {
    for (const event of events) {
      if (event[1] === "desk.news") for (const listener of this.listeners) listener.onNews(event[2]);
      else if (event[1] === "notice" && event[2].kind === "restored") this.gap();
      else if (event[1] === "skipped") this.gap();
    }
  }

  private gap(): void {
    for (const listener of this.listeners) listener.onGap();
  }
}
