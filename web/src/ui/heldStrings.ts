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
  file: "Or a text file",
  limit: (lines: number) => `At most ${numbers.format(lines)} lines, in UTF-8.`,
  tooBig: (megabytes: number) => `This file is larger than ${numbers.format(megabytes)} MB, and was not read.`,
  tooLong: (lines: number) =>
    `These are too many lines: at most ${numbers.format(lines)} are taken. Nothing was saved.`,
  long: (lines: number) => `${count(lines, "line", "lines")}: too many to edit here.`,
  longHint: "Check and save work as always. To change lines, download the list, edit it, and choose the file.",
  download: "Download",
  anew: "Begin anew",
  faults: (all: number, shown: number) =>
    `${count(all, "line is", "lines are")} not in order, and nothing was saved.${all > shown ? ` The first ${numbers.format(shown)}:` : ""}`,
  fault: (line: string, fault: string) => `${line}: ${fault}`,
  check: "Check",
  fine: (entries: number) => `All lines are in order: ${count(entries, "entry", "entries")}.`,
  changed: "Somebody else has changed this list meanwhile. Copy your text, close this and open it again.",
  entries: (entries: number) => `${numbers.format(entries)} in your list`,
};
