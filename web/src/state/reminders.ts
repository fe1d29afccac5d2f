// Shows that somebody wants to be reminded of: kept by this browser, and told by it while a page of the shop is open.
import { type ReadonlySignal, signal } from "@preact/signals";
import { ApiError } from "../core/errors.ts";
import type { Show } from "../core/protocol.ts";

const KEY = "livecart.reminders";
/** Nobody waits for more at once. */
const MOST = 50;

export interface ReminderPorts {
  readonly storage: () => Storage;
  /** Raises ApiError. */
  read(show: string): Promise<Show>;
  /** Asks for leave to show notices outside of the page; only asked when somebody wants to be reminded. */
  ask(): Promise<unknown>;
  tell(show: Show): void;
}

export class Reminders {
  private readonly wanted = signal<readonly string[]>([]);

  constructor(private readonly ports: ReminderPorts) {
    this.wanted.value = this.kept();
  }

  get shows(): ReadonlySignal<readonly string[]> {
    return this.wanted;
  }

  async toggle(show: string): Promise<void> {
    if (this.wanted.value.includes(show)) return this.keep(this.wanted.value.filter((id) => id !== show));
    this.keep([...this.wanted.value, show].slice(-MOST));
    // Whoever says no is told on the page all the same.
    await this.ports.ask();
  }

  /** Tells of those that have begun, once, and forgets those that are over. */
  async look(): Promise<void> {
    for (const id of this.wanted.value) {
      try {
        const show = await this.ports.read(id);
        if (show.state === "ready") continue;
        this.keep(this.wanted.value.filter((each) => each !== id));
        if (show.state !== "ended") this.ports.tell(show);
      } catch (error) {
        if (error instanceof ApiError && error.status === 404)
          this.keep(this.wanted.value.filter((each) => each !== id));
      }
    }
  }

  private keep(shows: readonly string[]): void {
    this.wanted.value = shows;
    try {
      this.ports.storage().setItem(KEY, JSON.stringify(shows));
    } catch {
      // Then they last as long as the page.
    }
  }

  private kept(): readonly string[] {
    try {
      const found: unknown = JSON.parse(this.ports.storage().getItem(KEY) ?? "[]");
      return Array.isArray(found) ? found.filter((id): id is string => typeof id === "string").slice(-MOST) : [];
    } catch {
      return [];
    }
  }
}
