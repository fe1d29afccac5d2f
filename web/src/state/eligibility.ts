// Who may go live, as an admin sets it: the rules, the kill switch, cohorts of invited people, and who has applied.
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { Cohort, Measure, Member, Rule, RuleSet, WaitingPerson } from "../core/eligible.ts";
import { type ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";

export const MEASURES: readonly Measure[] = ["followers", "quality", "posts", "account_age_days", "strikes"];
export const WINDOWED: readonly Measure[] = ["quality", "posts", "strikes"];

/** What the editor of the rules has filled in. */
export interface RulesDraft {
  readonly rules: readonly Rule[];
  readonly rollout_percent: number;
  readonly cohorts: readonly string[];
  readonly review_applications: boolean;
  readonly reason: string;
}

export class Eligibility {
  private readonly set = signal<RuleSet | null>(null);
  private readonly groups = signal<readonly Cohort[]>([]);
  private readonly applied = signal<readonly WaitingPerson[]>([]);
  private readonly people = signal<readonly Member[]>([]);
  private readonly opened = signal<string | null>(null);
  private readonly fault = signal<ApiError | null>(null);

  constructor(private readonly http: Http) {}

  /** Null until the server has answered. */
  get rules(): ReadonlySignal<RuleSet | null> {
    return this.set;
  }

  get cohorts(): ReadonlySignal<readonly Cohort[]> {
    return this.groups;
  }

  get waiting(): ReadonlySignal<readonly WaitingPerson[]> {
    return this.applied;
  }

  /** Of the cohort that is open. */
  get members(): ReadonlySignal<readonly Member[]> {
    return this.people;
  }

  get open(): ReadonlySignal<string | null> {
    return this.opened;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  /** What was known stays while the server is away. */
  async refresh(): Promise<void> {
    try {
      const [{ rules }, { cohorts }, { applications }] = await Promise.all([
        this.http.get<{ rules: RuleSet }>("eligibility/rules"),
        this.http.get<{ cohorts: Cohort[] }>("eligibility/cohorts"),
        this.http.get<{ applications: WaitingPerson[] }>("eligibility/applications"),
      ]);
      batch(() => {
        this.set.value = rules;
        this.groups.value = cohorts;
        this.applied.value = applications;
        this.fault.value = null;
      });
    } catch (error) {
      this.fault.value = asApiError(error);
    }
  }

  /** A new version of the rules that were read; another editor's in between is refused. Raises ApiError. */
  async save(draft: RulesDraft): Promise<void> {
    const read = this.set.value;
    const body = { ...draft, ...(read === null ? {} : { name: read.name, version: read.version }) };
    this.set.value = (await this.http.put<{ rules: RuleSet }>("eligibility/rules", body)).rules;
    await this.refresh();
  }

  /** Raises ApiError. */
  async halt(halted: boolean, reason: string): Promise<void> {
    this.set.value = (await this.http.post<{ rules: RuleSet }>("eligibility/halt", { halted, reason })).rules;
  }

  /** Raises ApiError. */
  async choose(cohort: string): Promise<void> {
    const { members } = await this.http.get<{ members: Member[] }>(cohortPath(cohort));
    batch(() => {
      this.opened.value = cohort;
      this.people.value = members;
    });
  }

  /** All of them or nobody. Raises ApiError. */
  async invite(cohort: string, people: readonly string[], reason: string): Promise<void> {
    await this.http.post(cohortPath(cohort), { people, reason });
    await Promise.all([this.choose(cohort), this.refresh()]);
  }

  /** Raises ApiError. */
  async remove(cohort: string, person: string, reason: string): Promise<void> {
    await this.http.post(`${cohortPath(cohort)}/${encodeURIComponent(person)}/remove`, { reason });
    await Promise.all([this.choose(cohort), this.refresh()]);
  }

  /** Raises ApiError. */
  async grant(person: string): Promise<void> {
    await this.http.post(`${applicationPath(person)}/grant`);
    this.answered(person);
  }

  /** Raises ApiError. */
  async refuse(person: string, reason: string): Promise<void> {
    await this.http.post(`${applicationPath(person)}/refuse`, { reason });
    this.answered(person);
  }

  private answered(person: string): void {
    this.applied.value = this.applied.value.filter(({ user }) => user.id !== person);
  }
}

/** Handles as people paste them: on lines, with commas, with an @ before them. */
export function handlesIn(text: string): string[] {
  const words = text.split(/[\s,;]+/).map((word) => word.replace(/^@/, "").toLowerCase());
  return [...new Set(words.filter((word) => word !== ""))];
}

function cohortPath(cohort: string): string {
  return `eligibility/cohorts/${encodeURIComponent(cohort)}`;
}

function applicationPath(person: string): string {
  return `eligibility/applications/${encodeURIComponent(person)}`;
}
