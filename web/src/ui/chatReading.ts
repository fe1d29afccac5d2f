// Where somebody is in a chat's log: at its newest line and following, or further up and reading. What is read stays in its
// place, whatever comes and goes above and below.
import { batch, signal } from "@preact/signals";
import type { Chat, ChatLine } from "../state/chat.ts";
import { inPage, moved, STEP } from "../state/chatWindow.ts";

/** How far from the end, in pixels, still counts as reading the newest line. */
const NEAR_END = 8;
/** How near the first or last line in the page may come before the next ones are put there. */
const MARGIN = 400;

export class Reading {
  /** The first line in the page while somebody reads; null: he follows. */
  readonly top = signal<ChatLine | null>(null);
  /** The line whose options are open. */
  readonly chosen = signal<string | null>(null);
  /** The newest line that was in sight; what came after it is new to who reads. */
  seen: ChatLine | null = null;
  log: HTMLElement | null = null;
  /** He followed until he laid his hand on a line, which must not go away under it. */
  private held = false;
  /** The first row in sight, and how far below the log's upper edge it is. */
  private anchor: readonly [row: HTMLElement, offset: number] | null = null;

  constructor(private readonly chat: Chat) {}

  readonly follow = (): void => {
    this.held = false;
    batch(() => {
      this.top.value = null;
      this.chat.keepOlder(false);
    });
  };

  readonly choose = (id: string | null): void => {
    this.chosen.value = this.chosen.value === id ? null : id;
    if (this.chosen.value === null) this.release();
    else this.hold();
  };

  hold(): void {
    if (this.top.value !== null) return;
    this.held = true;
    this.read();
  }

  release(): void {
    if (this.held && this.chosen.value === null) this.follow();
  }

  /** Whenever what is in the page, or its size, has changed. */
  readonly settle = (): void => {
    const { log } = this;
    if (!log) return;
    if (this.top.value === null) log.scrollTop = log.scrollHeight;
    else if (this.anchor?.[0].isConnected) {
      const place = this.anchor[0].offsetTop - this.anchor[1];
      if (place !== log.scrollTop) log.scrollTop = place;
    }
  };

  readonly scrolled = (): void => {
    const { log } = this;
    if (!log) return;
    const below = log.scrollHeight - log.scrollTop - log.clientHeight;
    if (this.top.value === null && below > NEAR_END) this.read();
    const top = this.top.value;
    if (top === null) return;
    this.mark(log);
    const lines = this.chat.lines.value;
    const newest = inPage(lines, top).at(-1) === lines.at(-1);
    if (newest && below <= NEAR_END && !this.held) this.follow();
    else if (log.scrollTop < MARGIN) this.top.value = moved(lines, top, -STEP);
    else if (!newest && below < MARGIN) this.top.value = moved(lines, top, STEP);
  };

  private read(): void {
    const lines = this.chat.lines.value;
    this.seen = lines.at(-1) ?? null;
    this.top.value = inPage(lines, null)[0] ?? null;
    this.chat.keepOlder(true);
    if (this.log) this.mark(this.log);
  }

  private mark(log: HTMLElement): void {
    const rows = log.firstElementChild?.children ?? [];
    for (const row of rows) {
      if (row instanceof HTMLElement && row.offsetTop + row.offsetHeight > log.scrollTop) {
        this.anchor = [row, row.offsetTop - log.scrollTop];
        return;
      }
    }
  }
}
