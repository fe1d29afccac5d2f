// Shapes of reports that only HTTP answers have, kept by hand: docs/protocol.md. One's own report is in protocol.ts.
import type { CaseState, Outcome, Person, ReportedKind } from "./protocol.ts";

/** `words` by language: `en`, `zh`. */
export interface ReportCategory {
  readonly key: string;
  readonly group: string;
  readonly words: Readonly<Record<string, { readonly name: string; readonly about: string }>>;
}

/** All reports of one object, as staff see them. The last three are in the answer for one case only. */
export interface ReportCase {
  readonly id: string;
  readonly kind: ReportedKind;
  readonly target: string;
  readonly show: { readonly id: string; readonly title: string };
  readonly user: Person;
  readonly host: Person;
  readonly quote: string;
  readonly category: string;
  readonly group: string;
  readonly priority: number;
  readonly count: number;
  readonly opened_at: string;
  readonly state: CaseState;
  readonly claim: { readonly by: Person; readonly until: string } | null;
  readonly resolution: {
    readonly outcome: Outcome;
    readonly by: Person;
    readonly at: string;
    readonly reason: string;
    readonly ruling: number | null;
  } | null;
  readonly reports?: readonly SingleReport[];
  readonly past?: Readonly<Record<Outcome, number>>;
  readonly rulings?: readonly CaseRuling[];
}

/** `doubted`: of somebody whose reports were wrong too often. */
export interface SingleReport {
  readonly by: Person;
  readonly category: string;
  readonly text: string | null;
  readonly at: string;
  readonly doubted: boolean;
}

/** A row of the log about the same person, since the case was opened. */
export interface CaseRuling {
  readonly number: number;
  readonly kind: string;
  readonly code: string | null;
  readonly at: string;
}
