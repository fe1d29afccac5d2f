// The decisions about this person, read page by page, newest first.
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { Case } from "../core/rest.ts";

const PAGE = 50;

export class Cases {
  private readonly list = signal<readonly Case[]>([]);
  private readonly fault = signal<ApiError | null>(null);
  private readonly asking = signal(false);
  private readonly whole = signal(false);
  private cursor: string | null = null;

  constructor(private readonly http: Http) {}

  get cases(): ReadonlySignal<readonly Case[]> {
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
      const answer = await this.http.get<{ cases: Case[]; next: string | null }>(`me/cases?limit=${PAGE}${at}`);
      this.cursor = answer.next;
      batch(() => {
        this.list.value = [...this.list.value, ...answer.cases];
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
