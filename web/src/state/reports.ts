// The desk's reports: open cases, the most urgent on top, one of them selected; and the decisions.
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { Outcome, User } from "../core/protocol.ts";
import type { ReportCase, ReportCategory } from "../core/reports.ts";

const PAGE = 100;
const DAY_MS = 24 * 3600 * 1000;

/** What is done about a case: a row of the log by its number, or something to be done now. */
export type Deed = number | "delete" | "ban" | "end";

export class ReportDesk {
  private readonly list = signal<readonly ReportCase[] | null>(null);
  private readonly selectedId = signal<string | null>(null);
  private readonly detail = signal<ReportCase | null>(null);
  private readonly fault = signal<ApiError | null>(null);
  private readonly onlyMine = signal(false);
  private readonly past = signal(false);
  private readonly kinds = signal<readonly ReportCategory[]>([]);
  private me: User | null = null;

  readonly selected: ReadonlySignal<ReportCase | null>;

  /** `nowMs` is the server's time: claims and bans end by it. */
  constructor(
    private readonly http: Http,
    private readonly nowMs: () => number = Date.now,
  ) {
    this.selected = computed(() => {
      const found = this.list.value?.find(({ id }) => id === this.selectedId.value) ?? null;
      const whole = this.detail.value;
      return found && whole?.id === found.id ? { ...whole, ...found } : found;
    });
  }

  /** Null until the first answer. */
  get cases(): ReadonlySignal<readonly ReportCase[] | null> {
    return this.list;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  get mine(): ReadonlySignal<boolean> {
    return this.onlyMine;
  }

  /** Whether decided cases are shown instead of those that wait. */
  get decided(): ReadonlySignal<boolean> {
    return this.past;
  }

  get categories(): ReadonlySignal<readonly ReportCategory[]> {
    return this.kinds;
  }

  /** Keeps the old list when the server cannot be reached. */
  async refresh(): Promise<void> {
    try {
      this.me ??= (await this.http.get<{ user: User }>("me")).user;
      if (this.kinds.value.length === 0) {
        this.kinds.value = (await this.http.get<{ categories: ReportCategory[] }>("report-categories")).categories;
      }
      const mine = this.onlyMine.value ? "&mine=1" : "";
      const past = this.past.value;
      const state = past ? "&state=resolved" : "";
      const answer = await this.http.get<{ cases: ReportCase[] }>(`reports?limit=${PAGE}${mine}${state}`);
      // Chosen meanwhile: the other answer is on its way.
      if (past !== this.past.value) return;
      batch(() => {
        this.list.value = answer.cases;
        this.fault.value = null;
      });
    } catch (error) {
      this.fault.value = asApiError(error);
    }
  }

  async showMine(mine: boolean): Promise<void> {
    this.onlyMine.value = mine;
    await this.refresh();
  }

  async showDecided(decided: boolean): Promise<void> {
    batch(() => {
      this.past.value = decided;
      this.list.value = null;
      this.selectedId.value = null;
    });
    await this.refresh();
  }

  select(id: string | null): void {
    this.selectedId.value = id;
    if (id !== null) void this.read(id);
  }

  /** The next (+1) or previous (-1) case; stops at the ends. */
  move(step: 1 | -1): void {
    const cases = this.list.value ?? [];
    const index = cases.findIndex(({ id }) => id === this.selectedId.value);
    const next = index < 0 ? 0 : Math.min(cases.length - 1, Math.max(0, index + step));
    this.select(cases[next]?.id ?? null);
  }

  heldByOther(found: ReportCase): boolean {
    return found.claim !== null && found.claim.by.id !== this.me?.id && Date.parse(found.claim.until) > this.nowMs();
  }

  /** Holds the case for whoever is signed in. Raises ApiError. */
  async claim(found: ReportCase): Promise<void> {
    const { claim } = found;
    if (claim && claim.by.id === this.me?.id && Date.parse(claim.until) > this.nowMs() + 5_000) return;
    await this.ask(found, "claim", {});
  }

  /** Claims, does what is to be done, decides, and moves on to the neighbour. Raises ApiError. */
  async resolve(found: ReportCase, outcome: Outcome, reason: string, deed: Deed | null): Promise<void> {
    await this.claim(found);
    if (deed !== null && typeof deed !== "number") await this.act(found, deed, reason);
    const ruling = typeof deed === "number" ? { ruling: deed } : {};
    await this.ask(found, "resolve", { outcome, reason, ...ruling });
    this.leave(found);
  }

  /** Takes a decision back: the case waits again. Raises ApiError. */
  async reopen(found: ReportCase, reason: string): Promise<void> {
    await this.ask(found, "reopen", { reason });
    this.leave(found);
  }

  private async act(found: ReportCase, deed: Exclude<Deed, number>, reason: string): Promise<void> {
    const show = `shows/${encodeURIComponent(found.show.id)}`;
    switch (deed) {
      case "delete":
        await this.http.post(`${show}/chat/delete`, { messages: [found.target] });
        return;
      case "end":
        await this.http.post(`${show}/end`);
        return;
      case "ban": {
        const until = new Date(this.nowMs() + DAY_MS).toISOString();
        await this.http.post(`users/${encodeURIComponent(found.user.id)}/ban`, { reason, until });
        return;
      }
    }
  }

  private async ask(found: ReportCase, action: "claim" | "resolve" | "reopen", body: unknown): Promise<void> {
    try {
      const answer = await this.http.post<{ case: ReportCase }>(path(found.id, action), body);
      this.list.value = (this.list.value ?? []).map((each) => (each.id === found.id ? answer.case : each));
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) await this.refresh();
      throw error;
    }
  }

  /** The reports themselves help and are not needed: a case can be judged without them. */
  private async read(id: string): Promise<void> {
    try {
      const answer = await this.http.get<{ case: ReportCase }>(path(id));
      if (this.selectedId.value === id) this.detail.value = answer.case;
    } catch (error) {
      asApiError(error);
    }
  }

  private leave(found: ReportCase): void {
    const cases = this.list.value ?? [];
    const index = cases.findIndex(({ id }) => id === found.id);
    const neighbour = cases[index + 1] ?? cases[index - 1] ?? null;
    this.list.value = cases.filter(({ id }) => id !== found.id);
    this.select(neighbour?.id ?? null);
  }
}

function path(id: string, action = ""): string {
  return `reports/${encodeURIComponent(id)}${action === "" ? "" : `/${action}`}`;
}
