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

export const sections: readonly Section[] = [
  {
    id: "queue",
    key: "q",
    label: deskText.sections.queue,
    permission: "moderate",
    load: () => import("./QueueSection.tsx").then((part) => part.QueueSection),
  },
];

export function sectionsFor(account: Account): readonly Section[] {
  const admin = account.user.value?.role === "admin";
  return sections.filter((each) => (each.permission === "moderate" ? account.mayModerate.value : admin));
}
