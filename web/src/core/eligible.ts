// What the server says of who may go live: docs/protocol.md, "Eligibility".
import type { Person, User } from "./protocol.ts";

export type Measure = "followers" | "quality" | "posts" | "account_age_days" | "strikes";

/** One rule as it was applied to somebody. `actual` is null where there is no record yet. */
export interface JudgedRule {
  readonly measure: Measure;
  readonly days: number | null;
  readonly required: number;
  readonly actual: number | null;
  readonly missing: number;
  readonly met: boolean;
  readonly waived: boolean;
}

export interface Verdict {
  readonly eligible: boolean;
  readonly creator: boolean;
  readonly halted: boolean;
  readonly version: number;
  readonly invited: boolean;
  readonly rollout: { readonly percent: number; readonly reached: boolean };
  readonly rules: readonly JudgedRule[];
  readonly may_apply: boolean;
  readonly application: { readonly state: "waiting" | "granted" | "refused"; readonly at: string } | null;
}

export interface Rule {
  readonly measure: Measure;
  readonly required: number;
  readonly keep: number;
  readonly days: number | null;
  readonly for_invited: boolean;
}

export interface RuleSet {
  readonly version: number;
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly rollout_percent: number;
  readonly cohorts: readonly string[];
  readonly halted: boolean;
  readonly review_applications: boolean;
  readonly changed_at: string | null;
  readonly changed_by: Person | null;
}

export interface Cohort {
  readonly name: string;
  readonly people: number;
  readonly let_in: boolean;
}

export interface Member {
  readonly user: User;
  readonly at: string;
}

export interface WaitingPerson extends Member {
  readonly eligibility: Verdict;
}
