// One's own reports, with the names of their categories.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Http } from "../core/http.ts";
import type { Report } from "../core/protocol.ts";
import type { ReportCategory } from "../core/reports.ts";
import { Pages } from "./pages.ts";

export class OwnReportList extends Pages<Report> {
  private readonly kinds = signal<readonly ReportCategory[]>([]);

  constructor(http: Http) {
    super(http, "me/reports", "reports", async (reports) => {
      if (this.kinds.value.length > 0 || reports.length === 0) return;
      this.kinds.value = (await http.get<{ categories: ReportCategory[] }>("report-categories")).categories;
    });
  }

  get reports(): ReadonlySignal<readonly Report[]> {
    return this.items;
  }

  get categories(): ReadonlySignal<readonly ReportCategory[]> {
    return this.kinds;
  }
}
