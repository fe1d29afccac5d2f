// Shows that somebody wants to be reminded of: kept by this browser, and told by it while a page of the shop is open; by
// the shop's push where that can be.
import { type ReadonlySignal, signal } from "@preact/signals";
import { ApiError } from "../core/errors.ts";
import type { Show } from "../core/protocol.ts";

const KEY = "livecart.reminders";
const PUSHED_KEY = "livecart.reminders.pushed";
/** Nobody waits for more at once. */
const MOST = 50;

export interface ReminderPorts {
  readonly storage: () => Storage;
  /** Raises ApiError. */
  read(show: string): Promise<Show>;
  /** Asks for leave to show notices outside of the page; only asked when somebody wants to be reminded. */
  ask(): Promise<unknown>;
  /** Answers whether the shop will wake this browser, page or no page. */
  push(show: string): Promise<boolean>;
  unpush(show: string): Promise<void>;
  /** `pushed`: the browser shows a notice of its own. */
  tell(show: Show, pushed: boolean): void;
}

export class Reminders {
  private readonly wanted = signal<readonly string[]>([]);
  private pushed: readonly string[];

  constructor(private readonly ports: ReminderPorts) {
    this.wanted.value = this.kept(KEY);
    this.pushed = this.kept(PUSHED_KEY);
  }

  get shows(): ReadonlySignal<readonly string[]> {
    return this.wanted;
  }

  async toggle(show: string): Promise<void> {
    if (this.wanted.value.includes(show)) {
      const pushed = this.forget(show);
      // If it fails, the browser says once too often that a show has begun.
      if (pushed) await this.ports.unpush(show).catch(() => undefined);
      return;
    }
    this.keep([...this.wanted.value, show].slice(-MOST));
    // Whoever says no is told on the page all the same.
    await this.ports.ask();
    if (!(await this.ports.push(show).catch(() => false))) return;
    // Taken back meanwhile.
    if (this.wanted.value.includes(show)) this.keepPushed([...this.pushed, show].slice(-MOST));
    else await this.ports.unpush(show).catch(() => undefined);
  }

  /** Tells of those that have begun, once, and forgets those that are over. */
  async look(): Promise<void> {
    for (const id of this.wanted.value) {
      try {
        const show = await this.ports.read(id);
        if (show.state === "ready") continue;
        const pushed = this.forget(id);
        if (show.state !== "ended") this.ports.tell(show, pushed);
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) this.forget(id);
      }
    }
  }

  /** Answers whether it was pushed. */
  private forget(show: string): boolean {
    const pushed = this.pushed.includes(show);
    this.keep(this.wanted.value.filter((each) => each !== show));
    if (pushed) this.keepPushed(this.pushed.filter((each) => each !== show));
    return pushed;
  }

  private keep(shows: readonly string[]): void {
    this.wanted.value = shows;
    this.store(KEY, shows);
  }

  private keepPushed(shows: readonly string[]): void {
    this.pushed = shows;
    this.store(PUSHED_KEY, shows);
  }

  private store(key: string, shows: readonly string[]): void {
    try {
      this.ports.storage().setItem(key, JSON.stringify(shows));
    } catch {
      // Then they last as long as the page.
    }
  }

  private kept(key: string): readonly string[] {
    try {
      const found: unknown = JSON.parse(this.ports.storage().getItem(key) ?? "[]");
      return Array.isArray(found) ? found.filter((id): id is string => typeof id === "string").slice(-MOST) : [];
    } catch {
      return [];
    }
  }
}
