// What is wrong with one field of a form, in English; loaded with the forms. See strings.ts.
import { count, numbers } from "./strings.ts";

export const formText = {
  needed: "Fill this in.",
  choose: "Choose one.",
  tick: "Tick this to go on.",
  number: "This is not a number.",
  whole: "Whole numbers only.",
  address: "A web address that begins with https://.",
  moment: "This is not a date with a time.",
  shape: "This has another form than it should. See below.",
  later: "Later than the beginning, and than now.",
  toPrice: "Not more than the price.",
  eachShare: "At least the smallest coin for each share.",
  otherWords: "There is something in it that is not allowed here.",
  least: (least: string) => `At least ${least}.`,
  most: (most: string) => `At most ${most}.`,
  between: (least: string, most: string) => `From ${least} to ${most}.`,
  shorter: (most: number) => `At most ${count(most, "character", "characters")}.`,
  longer: (least: number) => `At least ${count(least, "character", "characters")}.`,
  long: (least: number, most: number) => `${numbers.format(least)} to ${count(most, "character", "characters")}.`,
  made: (least: number, most: number, of: string) =>
    `${numbers.format(least)} to ${count(most, "character", "characters")} out of ${of}.`,
  once: (most: number) => `At most ${numbers.format(most)}, each once.`,
};
