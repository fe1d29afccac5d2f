// A list of one's own that is read page by page, newest first, as far as its reader goes.
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";

const PAGE = 50;

export class Pages<T> {
  private readonly list = signal<readonly T[]>([]);
  private readonly fault = signal<ApiError | null>(null);
  private readonly asking = signal(false);
  private readonly whole = signal(false);
  private cursor: string | null = null;

  /** `noun` is the key of the list in the answer; `arrived` is waited for before a page is shown. */
  constructor(
    private readonly http: Http,
    private readonly path: string,
    private readonly noun: string,
    private readonly arrived: (items: readonly T[]) => Promise<void> = () => Promise.resolve(),
  ) {}

  get items(): ReadonlySignal<readonly T[]> {
    return this.list;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  get busy(): ReadonlySignal<boolean> {
    return this.asking;
  }

  /** Whether all of them are there. */
  get complete(): ReadonlySignal<boolean> {
    return this.whole;
  }

  /** Reads the next page. Asked again meanwhile, or after the last page, it does nothing. */
  async more(): Promise<void> {
    if (this.asking.value || this.whole.value) return;
    this.asking.value = true;
    const at = this.cursor === null ? "" : `&cursor=${encodeURIComponent(this.cursor)}`;
    try {
      const answer = await this.http.get<Record<string, unknown>>(`${this.path}?limit=${PAGE}${at}`);
      const items = answer[this.noun] as readonly T[];
      await this.arrived(items);
      this.cursor = answer.next as string | null;
      batch(() => {
        this.list.value = [...this.list.value, ...items];
        this.whole.value = answer.next === null;
        this.fault.value = null;
      });
    } catch (error) {
      this.fault.value = asApiError(error);
    } finally {
      this.asking.value = false;
    }
  }
}
