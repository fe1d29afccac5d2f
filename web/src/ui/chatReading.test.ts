import { describe, expect, it, vi } from "vitest";
import type { ChatMessage } from "../core/protocol.ts";
import { Chat } from "../state/chat.ts";
import { CUT, SPAN, STEP, TAIL } from "../state/chatWindow.ts";
import { Reading } from "./chatReading.ts";

const ROW = 30;
const HIGH = 300;

function line(at_ms: number): ChatMessage {
  return { id: `m${at_ms}`, author: { id: "u1", display_name: "Ana", role: "viewer" }, text: "", at_ms };
}

/** As much of a log's layout as is asked for: rows of one height below a padding. */
class Page {
  readonly chat = new Chat();
  readonly reading = new Reading(this.chat);
  private readonly rows = new Map<string, { isConnected: boolean; offsetTop: number; offsetHeight: number }>();
  private shown: readonly string[] = [];
  private place = 0;
  private readonly style = { paddingTop: "0px" };
  private number = 0;
  private extra = 0;

  constructor() {
    const page = this;
    const lines = {
      style: this.style,
      get children() {
        return page.shown.map((id) => page.rows.get(id));
      },
      get lastElementChild() {
        return page.rows.get(page.shown.at(-1) ?? "") ?? null;
      },
    };
    const log = {
      firstElementChild: lines,
      clientHeight: HIGH,
      /** The row whose options are open, which is all that is asked for. */
      querySelector: () => page.rows.get(page.reading.chosen.value ?? "") ?? null,
      get scrollHeight() {
        return Math.max(HIGH, page.space + page.shown.length * ROW + page.extra);
      },
      get scrollTop() {
        return page.place;
      },
      set scrollTop(wanted: number) {
        page.place = Math.max(0, Math.min(wanted, this.scrollHeight - HIGH));
      },
    };
    this.reading.log = log as unknown as HTMLElement;
  }

  get space(): number {
    return Number.parseInt(this.style.paddingTop, 10);
  }

  /** So many lines come, one after the other, each drawn. */
  come(count: number): void {
    for (let left = count; left > 0; left -= 1) {
      this.number += 1;
      this.chat.add([line(this.number)]);
      this.draw();
    }
  }

  draw(): void {
    this.shown = this.reading.inPage(this.chat.lines.value).map(({ id }) => id);
    const page = this;
    for (const row of this.rows.values()) row.isConnected = false;
    for (const id of this.shown) {
      const known = this.rows.get(id);
      if (known) known.isConnected = true;
      else
        this.rows.set(id, {
          isConnected: true,
          offsetHeight: ROW,
          get offsetTop() {
            return page.space + page.shown.indexOf(id) * ROW;
          },
        });
    }
    this.reading.settle();
  }

  /** A person does, and the page is drawn until nothing changes any more. */
  scroll(to: number): void {
    if (this.reading.log) this.reading.log.scrollTop = to;
    for (let before = ""; before !== this.shown.join(); ) {
      before = this.shown.join();
      this.reading.scrolled();
      this.draw();
    }
  }

  /** Of the last line, below which no other has to move. */
  grow(id: string, by: number): void {
    const row = this.rows.get(id);
    if (row) row.offsetHeight += by;
    this.extra += by;
  }

  /** Where a line is on the screen; within the log. */
  seen(id: string): number {
    return this.inLog(id) - this.place;
  }

  inLog(id: string): number {
    return this.space + this.shown.indexOf(id) * ROW;
  }

  get inPage(): number {
    return this.shown.length;
  }
}

describe("who follows", () => {
  it("sees the newest line last, however many came, and few are in the page", () => {
    const frames: (() => void)[] = [];
    vi.stubGlobal("requestAnimationFrame", (draw: () => void) => frames.push(draw));
    const page = new Page();
    page.come(1_000);
    expect(page.seen("m1000")).toBe(HIGH - ROW);
    expect(page.inPage).toBeLessThanOrEqual(TAIL + CUT);
    expect(page.space).toBeGreaterThan(20_000);
    // What is empty above is folded up in a frame in which nothing moves on the screen.
    for (const draw of frames) draw();
    expect(page.space).toBe(0);
    expect(page.seen("m1000")).toBe(HIGH - ROW);
    vi.unstubAllGlobals();
  });

  it("has no line moved within the log by what comes and goes", () => {
    const page = new Page();
    page.come(200);
    const before = page.inLog("m200");
    page.come(TAIL - 1);
    expect(page.inLog("m200")).toBe(before);
  });
});

describe("who reads further up", () => {
  it("keeps what he reads in its place, while lines come and older ones are put above", () => {
    const page = new Page();
    page.come(400);
    page.scroll(page.inLog("m380"));
    const place = page.seen("m380");
    page.come(150);
    expect(page.seen("m380")).toBe(place);
    expect(page.inPage).toBeLessThanOrEqual(SPAN);
    const top = page.reading.top.value?.at_ms ?? 0;
    page.scroll(0);
    expect(page.reading.top.value?.at_ms).toBe(top - STEP);
    expect(page.seen(`m${top}`)).toBe(0);
  });

  it("comes to the oldest that is kept, and back to the newest", () => {
    const page = new Page();
    page.come(300);
    for (let turns = 0; turns < 20; turns += 1) page.scroll(0);
    expect(page.seen("m1")).toBe(0);
    for (let turns = 0; turns < 40; turns += 1) page.scroll(1e6);
    expect(page.reading.top.value).toBeNull();
    expect(page.seen("m300")).toBe(HIGH - ROW);
  });

  it("keeps a line under his hand, and follows again when he lets go", () => {
    const page = new Page();
    page.come(100);
    page.reading.choose("m99");
    page.draw();
    const place = page.seen("m99");
    page.come(90);
    expect(page.seen("m99")).toBe(place);
    page.reading.choose("m99");
    page.draw();
    expect(page.seen("m190")).toBe(HIGH - ROW);
  });

  it("sees the options of the newest line, which open below it", () => {
    const page = new Page();
    page.come(100);
    page.reading.choose("m100");
    page.grow("m100", 3 * ROW);
    page.draw();
    expect(page.seen("m100")).toBe(HIGH - 4 * ROW);
  });

  it("stays where he is when a line above is deleted", () => {
    const page = new Page();
    page.come(200);
    page.scroll(page.inLog("m180"));
    const place = page.seen("m180");
    page.chat.remove("m170");
    page.draw();
    expect(page.seen("m180")).toBe(place);
  });
});
