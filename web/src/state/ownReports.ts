// One's own reports, read page by page, newest first, with the names of their categories.
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { Report } from "../core/protocol.ts";
import type { ReportCategory } from "../core/reports.ts";

const PAGE = 50;

export class OwnReportList {
  private readonly list = signal<readonly Report[]>([]);
  private readonly kinds = signal<readonly ReportCategory[]>([]);
  private readonly fault = signal<ApiError | null>(null);
  private readonly asking = signal(false);
  private readonly whole = signal(false);
  private cursor: string | null = null;

  constructor(private readonly http: Http) {}

  get reports(): ReadonlySignal<readonly Report[]> {
    return this.list;
  }

  get categories(): ReadonlySignal<readonly ReportCategory[]> {
    return this.kinds;
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
      const answer = await this.http.get<{ reports: Report[]; next: string | null }>(`me/reports?limit=${PAGE}${at}`);
      if (this.kinds.value.length === 0 && answer.reports.length > 0) {
        this.kinds.value = (await this.http.get<{ categories: ReportCategory[] }>("report-categories")).categories;
      }
      this.cursor = answer.next;
      batch(() => {
        this.list.value = [...this.list.value, ...answer.reports];
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
