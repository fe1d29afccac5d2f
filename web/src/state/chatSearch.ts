// Looking through one show's chat, choosing lines, and taking them away together.
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { ChatMessage, Person, Show } from "../core/protocol.ts";

const PAGE = 100;
/** As many as the server takes at once. */
export const DELETE_MAX = 200;

/** What staff is shown: the author with his handle. */
export interface SaidLine extends Omit<ChatMessage, "author"> {
  readonly author: Person;
}

export class ChatSearch {
  private readonly list = signal<readonly SaidLine[] | null>(null);
  private readonly marked = signal<ReadonlySet<string>>(new Set());
  private readonly cursor = signal<string | null>(null);
  private readonly choices = signal<readonly Show[] | null>(null);
  private readonly fault = signal<ApiError | null>(null);
  private query = "";

  constructor(private readonly http: Http) {}

  /** Null until somebody has looked. */
  get lines(): ReadonlySignal<readonly SaidLine[] | null> {
    return this.list;
  }

  get chosen(): ReadonlySignal<ReadonlySet<string>> {
    return this.marked;
  }

  get next(): ReadonlySignal<string | null> {
    return this.cursor;
  }

  /** The newest shows, to choose one; null until they are read. */
  get shows(): ReadonlySignal<readonly Show[] | null> {
    return this.choices;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  async readShows(): Promise<void> {
    try {
      this.choices.value = (await this.http.get<{ shows: Show[] }>("shows?limit=100")).shows;
    } catch (error) {
      this.fault.value = asApiError(error);
    }
  }

  /** Raises ApiError. */
  async search(show: string, words: string, author: string): Promise<void> {
    const wanted = new URLSearchParams({ limit: String(PAGE) });
    if (words !== "") wanted.set("q", words);
    if (author !== "") wanted.set("author", author);
    this.query = `shows/${encodeURIComponent(show)}/chat?${wanted}`;
    await this.read(null);
  }

  /** Raises ApiError. */
  async more(): Promise<void> {
    if (this.cursor.value !== null) await this.read(this.cursor.value);
  }

  toggle(id: string): void {
    const next = new Set(this.marked.value);
    if (!next.delete(id) && next.size < DELETE_MAX) next.add(id);
    this.marked.value = next;
  }

  /** All that is shown, as many as can go at once; or none, when some are chosen. */
  toggleAll(): void {
    const all = (this.list.value ?? []).slice(0, DELETE_MAX).map((line) => line.id);
    this.marked.value = new Set(this.marked.value.size > 0 ? [] : all);
  }

  /** Takes the chosen lines away, all of them or none; answers how many. Raises ApiError. */
  async remove(show: string): Promise<number> {
    const gone = this.marked.value;
    await this.http.post(`shows/${encodeURIComponent(show)}/chat/delete`, { messages: [...gone] });
    batch(() => {
      this.list.value = (this.list.value ?? []).filter((line) => !gone.has(line.id));
      this.marked.value = new Set();
    });
    return gone.size;
  }

  private async read(cursor: string | null): Promise<void> {
    const at = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await this.http.get<{ messages: SaidLine[]; next: string | null }>(`${this.query}${at}`);
    batch(() => {
      this.list.value = cursor === null ? answer.messages : [...(this.list.value ?? []), ...answer.messages];
      if (cursor === null) this.marked.value = new Set();
      this.cursor.value = answer.next;
      this.fault.value = null;
    });
  }
}
