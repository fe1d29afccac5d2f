// The sections of the desk. Each is a component without props in a file of its own, fetched when it is first opened;
// what it needs it gets from context.ts. `key` is the letter after "g", `id` the address: /desk#wall.
import type { ComponentType } from "preact";
import type { Account } from "../state/account.ts";
import { deskText } from "../ui/deskStrings.ts";

/** Moderators and admins, or admins alone. The server decides on each request anyway. */
export type DeskPermission = "moderate" | "run_shop";

export interface Section {
  readonly id: string;
  readonly key: string;
  readonly label: string;
  readonly permission: DeskPermission;
  readonly load: () => Promise<ComponentType>;
}

const names = deskText.sections;

export const sections: readonly Section[] = [
  {
    id: "queue",
    key: "q",
    label: names.queue,
    permission: "moderate",
    load: () => import("./QueueSection.tsx").then((part) => part.QueueSection),
  },
  {
    id: "wall",
    key: "w",
    label: names.wall,
    permission: "moderate",
    load: () => import("./WallSection.tsx").then((part) => part.WallSection),
  },
  {
    id: "reports",
    key: "r",
    label: names.reports,
    permission: "moderate",
    load: () => import("./ReportsSection.tsx").then((part) => part.ReportsSection),
  },
  {
    id: "chat",
    key: "m",
    label: names.chat,
    permission: "moderate",
    load: () => import("./ChatSection.tsx").then((part) => part.ChatSection),
  },
  {
    id: "cases",
    key: "c",
    label: names.cases,
    permission: "moderate",
    load: () => import("./CasesSection.tsx").then((part) => part.CasesSection),
  },
  {
    id: "log",
    key: "l",
    label: names.log,
    permission: "moderate",
    load: () => import("./LogSection.tsx").then((part) => part.LogSection),
  },
  {
    id: "lists",
    key: "b",
    label: names.lists,
    permission: "moderate",
    load: () => import("./ListsSection.tsx").then((part) => part.ListsSection),
  },
  {
    id: "taxonomy",
    key: "t",
    label: names.taxonomy,
    permission: "moderate",
    load: () => import("./TaxonomySection.tsx").then((part) => part.TaxonomySection),
  },
  {
    id: "figures",
    key: "f",
    label: names.figures,
    permission: "moderate",
    load: () => import("./FiguresSection.tsx").then((part) => part.FiguresSection),
  },
  {
    id: "eligibility",
    key: "e",
    label: names.eligibility,
    permission: "run_shop",
    load: () => import("./EligibilitySection.tsx").then((part) => part.EligibilitySection),
  },
  {
    id: "holds",
    key: "h",
    label: names.holds,
    permission: "run_shop",
    load: () => import("./HoldsSection.tsx").then((part) => part.HoldsSection),
  },
];

export function sectionsFor(account: Account): readonly Section[] {
  const admin = account.user.value?.role === "admin";
  return sections.filter((each) => (each.permission === "moderate" ? account.mayModerate.value : admin));
}
