// A list that the server answers page by page, with its loading state and its error.
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";

const PAGE = 100;
const MOST_PAGES = 10;

export class Listing<T extends { readonly id: string }> {
  private readonly list = signal<readonly T[] | null>(null);
  private readonly fault = signal<ApiError | null>(null);
  /** Counts what was put or removed, so that an answer that is older than that is not believed. */
  private edits = 0;

  /** `noun` is the key of the list in the answer and `query` what stands after the question mark. `heard` gets what the
   * answer says besides. */
  constructor(
    private readonly http: Http,
    private readonly noun: string,
    private query: string,
    private readonly heard: (answer: Record<string, unknown>) => void = () => undefined,
  ) {}

  /** Null until the first answer. */
  get items(): ReadonlySignal<readonly T[] | null> {
    return this.list;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  /** Another list from the next refresh on. */
  narrow(query: string): void {
    this.query = query;
  }

  /** Keeps the old list when the server cannot be reached. */
  async refresh(): Promise<void> {
    try {
      let [edits, items] = [this.edits, await this.readAll()];
      while (edits !== this.edits) [edits, items] = [this.edits, await this.readAll()];
      batch(() => {
        this.list.value = items;
        this.fault.value = null;
      });
    } catch (error) {
      this.fault.value = asApiError(error);
    }
  }

  /** One object as the server just answered it: replaces its older version or is added in front. */
  put(item: T): void {
    this.edits += 1;
    const items = this.list.value ?? [];
    const known = items.some((entry) => entry.id === item.id);
    this.list.value = known ? items.map((entry) => (entry.id === item.id ? item : entry)) : [item, ...items];
  }

  remove(id: string): void {
    this.edits += 1;
    this.list.value = (this.list.value ?? []).filter((entry) => entry.id !== id);
  }

  private async readAll(): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const at: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await this.http.get<Record<string, unknown>>(`${this.noun}?${this.query}&limit=${PAGE}${at}`);
      this.heard(answer);
      items.push(...(answer[this.noun] as T[]));
      cursor = (answer.next as string | null | undefined) ?? null;
      if (cursor === null) break;
    }
    return items;
  }
}
