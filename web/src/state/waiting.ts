// One's own places in waitlists: what the server answered and what it told since. Loaded with the first sold-out card.
import { effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import { Http } from "../core/http.ts";
import type { WaitPlace } from "../core/protocol.ts";
import type { Account } from "./account.ts";
import type { Goods } from "./checkout.ts";
import type { Room } from "./room.ts";
import { noteWaiting } from "./waited.ts";

const OPEN = ["waiting", "invited"];

export interface WaitPorts {
  readonly http: Pick<Http, "get" | "post" | "request">;
  /** Remembers in this browser whether there are places. */
  note(waits: boolean): void;
}

export class Waiting {
  private readonly own = signal<readonly WaitPlace[]>([]);
  private readonly faults = signal<Readonly<Record<string, ApiError>>>({});
  private readonly pending = signal<string | null>(null);
  private readonly gone = signal<WaitPlace | null>(null);
  /** Counts what was heard, so that an answer that is older than the news is not believed. */
  private heard = 0;

  constructor(private readonly ports: WaitPorts) {}

  /** Those that are open, the oldest first. */
  get places(): ReadonlySignal<readonly WaitPlace[]> {
    return this.own;
  }

  /** The place that was lost last: missed, or closed. */
  get lost(): ReadonlySignal<WaitPlace | null> {
    return this.gone;
  }

  of(goods: Goods): WaitPlace | undefined {
    return this.own.value.find((place) => thingOf(place) === keyOf(goods));
  }

  /** Units that are held for this person alone. */
  held(goods: Goods): number {
    return this.of(goods)?.units ?? 0;
  }

  /** Why joining or leaving was refused. */
  error(goods: Goods): ApiError | null {
    return this.faults.value[keyOf(goods)] ?? null;
  }

  busy(goods: Goods): boolean {
    return this.pending.value === keyOf(goods);
  }

  async join(show: string, goods: Goods): Promise<void> {
    await this.change(keyOf(goods), () => this.ports.http.post<{ place: WaitPlace }>("waitlist", { show, ...goods }));
  }

  async leave(place: WaitPlace): Promise<void> {
    const path = `waitlist/${encodeURIComponent(place.id)}`;
    await this.change(thingOf(place), () => this.ports.http.request<{ place: WaitPlace }>("DELETE", path, {}));
  }

  /** News of one place, or an answer. */
  hear(place: WaitPlace): void {
    this.heard += 1;
    const open = OPEN.includes(place.state);
    const known = this.own.value.some((item) => item.id === place.id);
    if (!open) this.own.value = this.own.value.filter((item) => item.id !== place.id);
    else if (known) this.own.value = this.own.value.map((item) => (item.id === place.id ? place : item));
    else this.own.value = [...this.own.value.filter((item) => thingOf(item) !== thingOf(place)), place];
    if (place.state === "missed" || place.state === "closed") this.gone.value = place;
    this.ports.note(this.own.value.length > 0);
  }

  /** Asks for all of them. What is heard meanwhile is newer, and asked for again. */
  async refresh(): Promise<void> {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const before = this.heard;
      let found: readonly WaitPlace[];
      try {
        found = (await this.ports.http.get<{ places: readonly WaitPlace[] }>("waitlist")).places;
      } catch (error) {
        // What is shown stays; the news goes on coming.
        asApiError(error);
        return;
      }
      if (before !== this.heard) continue;
      this.own.value = found;
      this.ports.note(found.length > 0);
      return;
    }
  }

  /** Somebody else is signed in now. */
  reset(): void {
    this.own.value = [];
    this.faults.value = {};
    this.gone.value = null;
  }

  dismiss(): void {
    this.gone.value = null;
  }

  private async change(thing: string, ask: () => Promise<{ place: WaitPlace }>): Promise<void> {
    if (this.pending.value !== null) return;
    this.pending.value = thing;
    const { [thing]: _, ...others } = this.faults.value;
    this.faults.value = others;
    try {
      this.hear((await ask()).place);
    } catch (caught) {
      const error = asApiError(caught);
      // It is gone already: the list says what is left.
      if (error.status === 404) await this.refresh();
      else this.faults.value = { ...this.faults.value, [thing]: error };
    } finally {
      this.pending.value = null;
    }
  }
}

const rooms = new WeakMap<Room, Waiting>();

/** The places of whoever is signed in, as long as the room is open. */
export function waitingIn(room: Room, account: Account): Waiting {
  const known = rooms.get(room);
  if (known) return known;
  const waiting = new Waiting({ http: new Http(), note: (waits) => noteWaiting(waits) });
  rooms.set(room, waiting);
  let person: string | null = null;
  effect(() => {
    const now = account.user.value?.id ?? null;
    const joined = room.status.value === "joined";
    untracked(() => {
      if (now !== person) waiting.reset();
      person = now;
      // Also after a lost connection: news of one's own is not sent again.
      if (now !== null && joined) void waiting.refresh();
    });
  });
  effect(() => {
    const place = room.place.value;
    if (place) untracked(() => waiting.hear(place));
  });
  return waiting;
}

function keyOf(goods: Goods): string {
  return "offer" in goods ? `offer:${goods.offer}` : `variant:${goods.variant}`;
}

function thingOf(place: WaitPlace): string {
  return place.offer === null ? `variant:${place.variant}` : `offer:${place.offer}`;
}
