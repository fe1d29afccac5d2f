// The moderation log, looked through page by page; what is looked for stands in the page's address.
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { Followed, LogEntry, LogState } from "../core/rest.ts";

const PAGE = 50;

/** What is looked for: people by handle, days as the browser's own calendar has them (2026-01-31); empty is anything. */
export interface Wanted {
  readonly user: string;
  readonly by: string;
  readonly kind: string;
  readonly subject: string;
  readonly since: string;
  readonly until: string;
}

export const ANYTHING: Wanted = { user: "", by: "", kind: "", subject: "", since: "", until: "" };

export function readWanted(text: string): Wanted {
  const given = new URLSearchParams(text);
  const names = Object.keys(ANYTHING) as (keyof Wanted)[];
  return Object.fromEntries(names.map((name) => [name, (given.get(name) ?? "").trim()])) as unknown as Wanted;
}

export function writeWanted(wanted: Wanted): string {
  return new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== "")).toString();
}

export class ModerationLog {
  private readonly list = signal<readonly LogEntry[] | null>(null);
  private readonly fault = signal<ApiError | null>(null);
  private readonly asking = signal(false);
  private readonly cursor = signal<string | null>(null);
  private readonly known = signal<LogState | null>(null);
  private query = "";
  private turn = 0;

  constructor(private readonly http: Http) {}

  /** Null until the first answer. */
  get entries(): ReadonlySignal<readonly LogEntry[] | null> {
    return this.list;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  get busy(): ReadonlySignal<boolean> {
    return this.asking;
  }

  /** Where the next page begins, or null when all is there. */
  get next(): ReadonlySignal<string | null> {
    return this.cursor;
  }

  get state(): ReadonlySignal<LogState | null> {
    return this.known;
  }

  /** Looks anew; an answer to what was asked before is dropped. */
  async search(wanted: Wanted): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    this.asking.value = true;
    try {
      const query = await this.queryOf(wanted);
      if (turn !== this.turn) return;
      this.query = query;
      await this.read(turn, null);
    } catch (error) {
      this.fail(turn, asApiError(error));
    }
  }

  async more(): Promise<void> {
    const { cursor, turn } = this;
    if (this.asking.value || cursor.value === null) return;
    this.asking.value = true;
    await this.read(turn, cursor.value).catch((error: unknown) => this.fail(turn, asApiError(error)));
  }

  async readState(): Promise<void> {
    try {
      this.known.value = (await this.http.get<{ state: LogState }>("moderation/log/state")).state;
    } catch (error) {
      this.fault.value = asApiError(error);
    }
  }

  private async read(turn: number, cursor: string | null): Promise<void> {
    const at = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `moderation/log?limit=${PAGE}${this.query}${at}`;
    const answer = await this.http.get<{ entries: LogEntry[]; next: string | null }>(path);
    if (turn !== this.turn) return;
    batch(() => {
      this.list.value = cursor === null ? answer.entries : [...(this.list.value ?? []), ...answer.entries];
      this.cursor.value = answer.next;
      this.fault.value = null;
      this.asking.value = false;
    });
  }

  private fail(turn: number, error: ApiError): void {
    if (turn !== this.turn) return;
    batch(() => {
      this.fault.value = error;
      this.asking.value = false;
    });
  }

  private async queryOf(wanted: Wanted): Promise<string> {
    const parts = new URLSearchParams();
    for (const name of ["user", "by"] as const) {
      if (wanted[name] !== "") parts.set(name, await this.personOf(wanted[name]));
    }
    if (wanted.kind !== "") parts.set("kind", wanted.kind);
    if (wanted.subject !== "") parts.set("subject", wanted.subject);
    if (wanted.since !== "") parts.set("since", startOf(wanted.since, 0));
    if (wanted.until !== "") parts.set("until", startOf(wanted.until, 1));
    const text = parts.toString();
    return text === "" ? "" : `&${text}`;
  }

  /** People are known by their handles; the log has their ids. Raises ApiError `no_such_person`. */
  private async personOf(handle: string): Promise<string> {
    const name = handle.replace(/^@/, "").toLowerCase();
    try {
      return (await this.http.get<Followed>(`users/${encodeURIComponent(name)}`)).user.id;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) throw new ApiError("no_such_person", 404, handle);
      throw error;
    }
  }
}

/** The beginning of a day here, so many days later. Raises ApiError for what is no day. */
function startOf(day: string, later: number): string {
  const at = new Date(`${day}T00:00`);
  if (Number.isNaN(at.getTime())) throw new ApiError("invalid", 400, `${day} is no day`);
  at.setDate(at.getDate() + later);
  return at.toISOString();
}
