// What the filter holds back in one show: the lines that wait, as the server tells them, and deciding on each.
import { type ReadonlySignal, signal } from "@preact/signals";
import { asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { EventData, RoomEvent } from "../core/protocol.ts";

export type HeldLine = EventData["held"];
export type Verdict = "release" | "refuse";

/** As many as one page of the server's list. */
const SHOWN = 50;

export class HeldQueue {
  private readonly lines = signal<readonly HeldLine[]>([]);
  private readonly rest = signal(false);
  private readonly path: string;
  /** Decided while a list was on its way: that list may still have them. */
  private readonly done = new Set<string>();

  constructor(
    private readonly http: Http,
    show: string,
  ) {
    this.path = `shows/${encodeURIComponent(show)}/chat/held`;
  }

  get waiting(): ReadonlySignal<readonly HeldLine[]> {
    return this.lines;
  }

  /** There are more than these. */
  get more(): ReadonlySignal<boolean> {
    return this.rest;
  }

  /** Raises ApiError. To be called whenever news may have been missed. */
  async refresh(): Promise<void> {
    const found = await this.http.get<{ held: HeldLine[]; next: string | null }>(`${this.path}?limit=${SHOWN}`);
    const read = found.held.filter((line) => !this.done.has(line.message.id));
    const known = new Set(read.map((line) => line.message.id));
    const newest = read.at(-1)?.message.at_ms ?? 0;
    // What came by the socket after the list was read.
    const later = this.lines.value.filter(({ message }) => !known.has(message.id) && message.at_ms >= newest);
    this.lines.value = found.next === null ? [...read, ...later.filter(({ message }) => message.at_ms > newest)] : read;
    this.rest.value = found.next !== null;
  }

  take(event: RoomEvent): void {
    if (event[1] === "held") this.add(event[2]);
    else if (event[1] === "held.decided") this.remove(event[2].id);
  }

  /** Raises ApiError, `held_decided` when somebody was faster: the line is gone then too. */
  async decide(id: string, verdict: Verdict): Promise<void> {
    try {
      await this.http.post(`${this.path}/${encodeURIComponent(id)}/${verdict}`);
      this.remove(id);
    } catch (caught) {
      const error = asApiError(caught);
      if (error.code === "held_decided" || error.code === "not_found") this.remove(id);
      throw error;
    }
    if (this.rest.value && this.lines.value.length === 0) await this.refresh();
  }

  private add(line: HeldLine): void {
    const { id } = line.message;
    if (this.done.has(id) || this.lines.value.some(({ message }) => message.id === id)) return;
    if (this.lines.value.length >= SHOWN) this.rest.value = true;
    else this.lines.value = [...this.lines.value, line];
  }

  private remove(id: string): void {
    this.done.add(id);
    this.lines.value = this.lines.value.filter(({ message }) => message.id !== id);
  }
}
