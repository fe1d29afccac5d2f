// Reporting a show, a message or a person: the categories, fetched once, and the sending.
import { type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { Report } from "../core/protocol.ts";
import type { ReportCategory } from "../core/reports.ts";

/** A message or a person of the show; with neither it is about the show. */
export interface ReportTarget {
  readonly show: string;
  readonly message?: string;
  readonly person?: string;
}

export class Reporting {
  private readonly list = signal<readonly ReportCategory[]>([]);
  private readonly fault = signal<ApiError | null>(null);

  constructor(private readonly http: Http) {}

  get categories(): ReadonlySignal<readonly ReportCategory[]> {
    return this.list;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  async load(): Promise<void> {
    if (this.list.value.length > 0) return;
    try {
      this.list.value = (await this.http.get<{ categories: ReportCategory[] }>("report-categories")).categories;
      this.fault.value = null;
    } catch (error) {
      this.fault.value = asApiError(error);
    }
  }

  /** Raises ApiError. The same again answers with the first report. */
  async send(target: ReportTarget, category: string, text: string): Promise<Report> {
    const { show, ...about } = target;
    const body = { ...about, category, ...(text === "" ? {} : { text }) };
    return (await this.http.post<{ report: Report }>(`shows/${encodeURIComponent(show)}/reports`, body)).report;
  }
}
