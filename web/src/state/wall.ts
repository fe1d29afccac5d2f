// The live shows as a moderator sees them at a glance, one of them chosen, and what is done to it.
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { WallShow } from "../core/rest.ts";
import { at } from "../core/shopPath.ts";

/** As many as a page of the server's list has at most. */
const SHOWN = 200;

export class Wall {
  private readonly list = signal<readonly WallShow[] | null>(null);
  private readonly rest = signal(false);
  private readonly fault = signal<ApiError | null>(null);
  private readonly chosenId = signal<string | null>(null);

  readonly chosen: ReadonlySignal<WallShow | null> = computed(
    () => this.list.value?.find(({ show }) => show.id === this.chosenId.value) ?? null,
  );

  constructor(private readonly http: Http) {}

  /** Null until the first answer. */
  get shows(): ReadonlySignal<readonly WallShow[] | null> {
    return this.list;
  }

  /** There are more than these. */
  get more(): ReadonlySignal<boolean> {
    return this.rest;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  /** Reads all of it; what is there stays when the server does not answer. */
  async refresh(): Promise<void> {
    try {
      const answer = await this.http.get<{ wall: WallShow[]; next: string | null }>(`desk/wall?limit=${SHOWN}`);
      this.list.value = answer.wall;
      this.rest.value = answer.next !== null;
      this.fault.value = null;
    } catch (error) {
      this.fault.value = asApiError(error);
    }
  }

  choose(id: string | null): void {
    this.chosenId.value = id;
  }

  /** The show so many places on; stops at the ends. */
  move(step: number): void {
    const shows = this.list.value ?? [];
    const index = shows.findIndex(({ show }) => show.id === this.chosenId.value);
    const next = index < 0 ? 0 : Math.min(shows.length - 1, Math.max(0, index + step));
    this.chosenId.value = shows[next]?.show.id ?? null;
  }

  /** Tells the host alone. Raises ApiError. */
  async warn(show: string, code: string, text: string): Promise<void> {
    await this.http.post(`shows/${encodeURIComponent(show)}/warnings`, { code, text });
  }

  /** Ends the show for good. Raises ApiError. */
  async stop(show: string, code: string, reason: string): Promise<void> {
    await this.http.post(`shows/${encodeURIComponent(show)}/stop`, { code, reason });
    this.list.value = (this.list.value ?? []).filter((each) => each.show.id !== show);
  }
}

/** Where a show's picture is; the time in it makes each picture an address of its own. */
export function pictureOf({ show, picture_at }: WallShow): string | null {
  if (picture_at === null) return null;
  return at(`/api/v1/desk/wall/${encodeURIComponent(show.id)}/picture?at=${Date.parse(picture_at)}`);
}
