// The words of reporting and of the desk's reports, in English; loaded with them. What can be reported is named by the
// server, in the languages that it has. See strings.ts.
import type { ApiError } from "../core/errors.ts";
import type { Outcome, ReportedKind } from "../core/protocol.ts";
import type { ReportCategory } from "../core/reports.ts";
import { count, errorText } from "./strings.ts";

export const report = {
  line: "Report",
  title: "What is wrong?",
  category: "Kind",
  choose: "Choose…",
  text: "What happened",
  textHint: "Only staff reads it.",
  send: "Send report",
  sent: "Thank you. Staff looks at it, and you hear what came of it.",
  heard: {
    no_violation: "Staff looked at your report and found nothing that is against the rules.",
    action_taken: "Staff looked at your report and has acted.",
  } satisfies Record<Outcome, string>,
  all: "Your reports",
  own: "Your reports",
  none: "You have reported nothing. In a show you can report the show, a line or a person.",
  waits: "Staff has not decided yet",
  kinds: { show: "Show", message: "Message", person: "Person" } satisfies Record<ReportedKind, string>,
  at: "Reported",
  outcome: "Outcome",
  more: "Show older reports",

  desk: {
    title: "Reports",
    waiting: (cases: number) => count(cases, "case waits", "cases wait"),
    empty: "Nothing is reported. New cases appear here by themselves.",
    choose: "Choose a case, or press J.",
    mine: "My groups only",
    decided: "Decided",
    decidedCases: (cases: number) => count(cases, "decided case", "decided cases"),
    noneDecided: "No case was decided yet.",
    decision: "Decision",
    decidedBy: (outcome: Outcome, name: string, when: string) =>
      `${outcome === "no_violation" ? "No violation" : "Action taken"}, ${name}, ${when}`,
    why: "Why",
    reopen: "Open again",
    reopenTitle: "Open this case again?",
    reopenAbout:
      "It waits in the queue for a new decision. What was done to somebody stays until it is taken back by itself. Whoever reported it hears of the new decision only.",
    reopened: "The case waits again.",
    meanings: {
      next: "next case",
      previous: "previous case",
      take: "take the case",
      fine: "no violation",
      act: "action taken",
      mine: "my groups only, or all",
      decided: "decided cases, or those that wait",
      reopen: "open a decided case again",
    },
    reporters: (people: number) => count(people, "person reported this", "people reported this"),
    doubted: "often wrong",
    about: "About",
    reportedPerson: "Person",
    inShow: "Show",
    openShow: "Open the show",
    opened: "First reported",
    past: "Earlier cases",
    pastOf: (acted: number, fine: number) => `${count(acted, "action", "actions")}, ${fine} without violation`,
    quote: "What stood there",
    heldBy: (name: string) => `${name} is judging this`,
    heldByYou: "You hold this case",
    take: "Take",
    fine: "No violation",
    act: "Action taken",
    fineTitle: "No violation",
    actTitle: "Action taken",
    reason: "Reason",
    reasonHint: "Stands in the log. With an action the person reads it; whoever reported it does not.",
    done: "What was done",
    now: {
      delete: "Delete the message now",
      ban: "Ban the person for a day now",
      end: "End the show now",
    },
    ruling: (kind: string, at: string) => `${kind}, ${at}`,
    resolve: "Decide",
    resolved: (outcome: Outcome): string =>
      outcome === "no_violation" ? "Decided: no violation" : "Decided: action taken",
    tooLate: (by: string, outcome: Outcome | undefined) =>
      outcome === undefined ? `${by} is judging this case.` : `${by} has decided already.`,
    refusals: {
      concerned: "You reported this yourself: somebody else decides.",
      other_group: "This is for another group of staff.",
      no_ruling: "Nothing was done yet that the log tells of.",
      case_open: "The same was reported again: judge that case.",
    } as Record<string, string>,
  },
};

export function nameIn(categories: readonly ReportCategory[], key: string): string {
  const category = categories.find((each) => each.key === key);
  return category ? wordsOf(category).name : key;
}

/** In the desk's own words: whoever was too late is told by whom. */
export function refusalText(error: ApiError): string {
  const { by, outcome } = error.fields;
  if (by !== undefined) return report.desk.tooLate(by, outcome as Outcome | undefined);
  return report.desk.refusals[error.code] ?? errorText(error);
}

/** In the page's language, or in English. */
export function wordsOf(category: ReportCategory): { readonly name: string; readonly about: string } {
  const [language = "en"] = document.documentElement.lang.split("-");
  return category.words[language] ?? category.words.en ?? { name: category.key, about: "" };
}
