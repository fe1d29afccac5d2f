// The words of lines that are held back and of word lists, in English; loaded with them. See strings.ts.
import { count, numbers } from "./strings.ts";

export const heldText = {
  title: "Held messages",
  none: "Nothing waits. Messages with a word of your list stop here before anybody sees them.",
  waiting: (waiting: number, more: boolean) =>
    more
      ? `More than ${count(waiting, "message waits", "messages wait")}`
      : count(waiting, "message waits", "messages wait"),
  keys: "R releases, X refuses, J and K go down and up.",
  because: (entry: string, own: boolean) => (own ? `“${entry}” is in your list` : `“${entry}” is in the shop's lists`),
  from: (name: string) => `Held message of ${name}`,
  release: "Release",
  refuse: "Refuse",

  list: "Word list",
  edit: "Edit word list",
  lines: "One entry a line",
  hint: "“word” holds a message back, “word | deny” refuses it, “word | part” is found inside longer words too.",
  fault: (line: string, fault: string) => `${line}: ${fault}`,
  check: "Check",
  fine: (entries: number) => `All lines are in order: ${count(entries, "entry", "entries")}.`,
  changed: "Somebody else has changed this list meanwhile. Copy your text, close this and open it again.",
  entries: (entries: number) => `${numbers.format(entries)} in your list`,
};
