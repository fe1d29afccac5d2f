// The words of the desk's section on retention and legal holds, in English. See strings.ts.
import type { HoldKind } from "../core/retention.ts";
import { count, numbers } from "./strings.ts";

export const holdText = {
  holds: (held: number, more: boolean) =>
    more ? `More than ${count(held, "legal hold", "legal holds")}` : count(held, "legal hold", "legal holds"),
  none: "Nothing is on hold.",
  noneHint: "What is on hold is not removed, however old it is, and its account cannot be deleted.",
  place: "Put on hold",
  placeTitle: "Put something on hold",
  kind: "What",
  kinds: { person: "Person", show: "Show", order: "Order" } satisfies Record<HoldKind, string>,
  subject: "Which",
  subjectHint: "A person's handle, the address of a show, or the number of an order.",
  reason: "Reason",
  reasonHint: "Stands in the log.",
  by: (name: string, when: string) => `${name}, ${when}`,
  lift: "Lift",
  liftTitle: (name: string) => `Lift the hold on ${name}?`,
  liftAbout: "What is older than its period is removed within the hour.",
  lifted: "The hold is lifted.",
  placed: "It is on hold.",
  refusals: {
    not_found: "There is no such person, show or order.",
    already_held: "This is on hold already.",
  } as Record<string, string>,
  periods: "How long records are kept",
  periodsAbout: "Set by whoever runs the shop. What is over is removed once an hour.",
  record: "Records",
  days: (days: number) => (days === 0 ? "for good" : count(days, "day", "days")),
  period: "Kept",
  due: "Due now",
  held: "Held",
  removed: "Removed so far",
  number: (value: number) => numbers.format(value),
  records: {
    chat: "Chat",
    orders: "Orders: who bought",
    top_ups: "Money paid into wallets: by whom",
    gifts: "Gifts: who gave",
    red_packets: "Red packets: who took part",
    follows: "Follows of people who are gone",
    calls: "Calls on stage",
    reports: "Reports by viewers",
    decisions: "Decisions and their log",
  } as Record<string, string>,
  meanings: { place: "put something on hold", lift: "lift the hold" },
};
