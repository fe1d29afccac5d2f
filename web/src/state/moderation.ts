// What moderators did to one show and its host is told, and the host's assistants.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Http } from "../core/http.ts";
import type { EventData, Person, RoomEvent } from "../core/protocol.ts";

export type HostWarning = EventData["host.warned"];
export type Stopped = EventData["show.stopped"];

export interface ClosedProduct {
  readonly product: string;
  readonly code: string;
  readonly reason: string;
}

export interface Assistant {
  readonly user: Person;
  readonly permissions: readonly string[];
  readonly all_shows: boolean;
}

interface Told {
  readonly warnings: readonly HostWarning[];
  readonly stopped: Stopped | null;
  readonly closed_products: readonly ClosedProduct[];
}

export class Moderation {
  private readonly list = signal<readonly HostWarning[]>([]);
  private readonly end = signal<Stopped | null>(null);
  private readonly closed = signal<readonly ClosedProduct[]>([]);
  private readonly helpers = signal<readonly Assistant[]>([]);
  private readonly path: string;

  constructor(
    private readonly http: Http,
    private readonly show: string,
  ) {
    this.path = `shows/${encodeURIComponent(show)}`;
  }

  /** The newest first. */
  get warnings(): ReadonlySignal<readonly HostWarning[]> {
    return this.list;
  }

  get stopped(): ReadonlySignal<Stopped | null> {
    return this.end;
  }

  get closedProducts(): ReadonlySignal<readonly ClosedProduct[]> {
    return this.closed;
  }

  get assistants(): ReadonlySignal<readonly Assistant[]> {
    return this.helpers;
  }

  /** Raises ApiError. To be called whenever news may have been missed. */
  async refresh(): Promise<void> {
    const told = await this.http.get<Told>(`${this.path}/warnings`);
    this.list.value = [...told.warnings].reverse();
    this.end.value = told.stopped;
    this.closed.value = told.closed_products;
  }

  /** What the socket tells the host alone. */
  take(event: RoomEvent): void {
    if (event[1] === "host.warned" && event[2].show === this.show) this.put(event[2]);
    else if (event[1] === "show.stopped" && event[2].show === this.show) this.end.value = event[2];
  }

  /** Raises ApiError. */
  async acknowledge(warning: string): Promise<void> {
    const path = `${this.path}/warnings/${encodeURIComponent(warning)}/acknowledge`;
    this.put((await this.http.post<{ warning: HostWarning }>(path)).warning);
  }

  /** Raises ApiError. */
  async readAssistants(): Promise<void> {
    this.helpers.value = (await this.http.get<{ assistants: Assistant[] }>(`${this.path}/assistants`)).assistants;
  }

  /** Raises ApiError. In place of what he was allowed there before. */
  async appoint(handle: string, permissions: readonly string[], all_shows: boolean): Promise<void> {
    await this.http.put(`${this.path}/assistants`, { handle, permissions, all_shows });
    await this.readAssistants();
  }

  /** Raises ApiError. */
  async dismiss(person: string): Promise<void> {
    await this.http.request("DELETE", `${this.path}/assistants/${encodeURIComponent(person)}`, {});
    await this.readAssistants();
  }

  private put(warning: HostWarning): void {
    const known = this.list.value.some(({ id }) => id === warning.id);
    this.list.value = known
      ? this.list.value.map((each) => (each.id === warning.id ? warning : each))
      : [warning, ...this.list.value];
  }
}
