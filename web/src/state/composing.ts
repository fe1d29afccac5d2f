// What a person is about to say: the text with its key, what it answers, its length, and the pause of slow mode.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ApiError } from "../core/errors.ts";
import { newKey } from "../core/http.ts";
import type { ChatMessage } from "../core/protocol.ts";

export const TEXT_MAX = 200;
/** From here on the page says how much is left. */
const COUNT_FROM = 150;

export interface Draft {
  readonly text: string;
  /** The same text keeps its key, so that it is one message however often it is sent. */
  readonly key: string;
  readonly replyTo: ChatMessage | null;
}

export class Composing {
  private readonly current = signal<Draft>(empty());
  private readonly ready = signal(0);

  get draft(): ReadonlySignal<Draft> {
    return this.current;
  }

  /** When the next message may be sent, in Unix milliseconds. */
  get readyAtMs(): ReadonlySignal<number> {
    return this.ready;
  }

  write(text: string): void {
    this.current.value = { ...this.current.value, text, key: newKey() };
  }

  answer(message: ChatMessage | null): void {
    this.current.value = { ...this.current.value, replyTo: message, key: newKey() };
  }

  /** What was typed meanwhile is the next line. */
  sent(draft: Draft, pauseMs: number, nowMs: number): void {
    if (this.current.value.key === draft.key) this.current.value = empty();
    this.ready.value = nowMs + pauseMs;
  }

  refused(error: ApiError, nowMs: number): void {
    if (error.code === "slow_mode") this.ready.value = nowMs + (error.retryAfterMs ?? 0);
  }

  /** Slow mode was ended or shortened. */
  pauseAtMost(pauseMs: number, nowMs: number): void {
    this.ready.value = Math.min(this.ready.value, nowMs + pauseMs);
  }

  /** Whole seconds until the next message may be sent. */
  waitS(nowMs: number): number {
    return Math.max(0, Math.ceil((this.ready.value - nowMs) / 1000));
  }
}

export interface Length {
  readonly used: number;
  readonly over: boolean;
  /** Near the end of what fits. */
  readonly tight: boolean;
}

export function lengthOf(text: string): Length {
  const used = graphemes(text.trim());
  return { used, over: used > TEXT_MAX, tight: used >= COUNT_FROM };
}

/** Characters as people count them: a flag or a family is one. Where the browser cannot, code points. */
export function graphemes(text: string): number {
  if (typeof Intl.Segmenter !== "function") return [...text].length;
  return [...new Intl.Segmenter().segment(text)].length;
}

function empty(): Draft {
  return { text: "", key: newKey(), replyTo: null };
}
