// Where somebody is in a chat's log: at its newest line and following, or further up and reading. What is read stays in its
// place, whatever comes and goes above and below. Who follows has an empty space above as high as what went out of the page
// there: so a new line is scrolled to, as a person would, and moves none of the others within the log.
import { batch, signal } from "@preact/signals";
import type { Chat, ChatLine } from "../state/chat.ts";
import { around, moved, newest, STEP } from "../state/chatWindow.ts";

/** How far from the end, in pixels, still counts as reading the newest line. */
const NEAR_END = 8;
/** How near the first or last line in the page may come before the next ones are put there. */
const MARGIN = 400;
/** The space above is folded up when it is higher: the scroll bar would tell of much that is not there. */
const SPACE_MOST = 20_000;

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
  /** A row and where it is to stay: of who follows the newest, within the log; else the first in sight, on the screen. */
  private anchor: readonly [row: HTMLElement, offset: number] | null = null;
  private space = 0;
  private first: ChatLine | null = null;

  constructor(private readonly chat: Chat) {}

  /** Of these the ones to be in the page. */
  inPage(lines: readonly ChatLine[]): readonly ChatLine[] {
    const shown = this.top.value ? around(lines, this.top.value) : newest(lines, this.first);
    this.first = shown[0] ?? null;
    return shown;
  }

  readonly follow = (): void => {
    this.held = false;
    this.anchor = null;
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
    if (this.top.value !== null) return this.stay(log);
    const [row, was] = this.anchor ?? [];
    this.leave(log, this.space - (row?.isConnected ? row.offsetTop - (was ?? 0) : 0));
    log.scrollTop = log.scrollHeight;
    const last = linesOf(log)?.lastElementChild as HTMLElement | null;
    this.anchor = last && [last, last.offsetTop];
    // In a frame of its own, in which nothing is seen to move.
    if (this.space > SPACE_MOST) requestAnimationFrame(this.fold);
  };

  private readonly fold = (): void => {
    if (!this.log || this.top.value !== null || this.space <= SPACE_MOST) return;
    this.leave(this.log, 0);
    this.anchor = null;
    this.settle();
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
    const whole = around(lines, top).at(-1) === lines.at(-1);
    if (whole && below <= NEAR_END && !this.held) this.follow();
    else if (log.scrollTop < MARGIN) this.top.value = moved(lines, top, -STEP);
    else if (!whole && below < MARGIN) this.top.value = moved(lines, top, STEP);
  };

  private read(): void {
    const lines = this.chat.lines.value;
    this.seen = lines.at(-1) ?? null;
    this.top.value = this.first;
    this.chat.keepOlder(true);
    if (this.log) this.mark(this.log);
  }

  private stay(log: HTMLElement): void {
    this.leave(log, 0);
    if (this.anchor?.[0].isConnected) {
      const place = this.anchor[0].offsetTop - this.anchor[1];
      if (place !== log.scrollTop) log.scrollTop = place;
    }
    this.reveal(log);
  }

  /** Options that open below the edge are brought into sight. */
  private reveal(log: HTMLElement): void {
    const open = log.querySelector<HTMLElement>("[data-open]");
    const below = open ? open.offsetTop + open.offsetHeight - log.scrollTop - log.clientHeight : 0;
    if (below <= 0) return;
    log.scrollTop += below;
    this.mark(log);
  }

  private leave(log: HTMLElement, space: number): void {
    const height = Math.max(0, space);
    const lines = linesOf(log);
    if (height === this.space || !lines) return;
    this.space = height;
    lines.style.paddingTop = `${height}px`;
  }

  private mark(log: HTMLElement): void {
    const rows = (linesOf(log)?.children ?? []) as Iterable<HTMLElement>;
    for (const row of rows) {
      if (row.offsetTop + row.offsetHeight > log.scrollTop) {
        this.anchor = [row, row.offsetTop - log.scrollTop];
        return;
      }
    }
  }
}

function linesOf(log: HTMLElement): HTMLElement | null {
  return log.firstElementChild as HTMLElement | null;
}
