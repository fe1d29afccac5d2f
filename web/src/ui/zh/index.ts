// Puts the Chinese words in the place of the English ones. Loaded as a file of its own, before the page is shown.
import { cases as englishCases } from "../caseStrings.ts";
import { deskText as englishDesk } from "../deskStrings.ts";
import { heldText as englishHeld } from "../heldStrings.ts";
import { home as englishHome } from "../homeStrings.ts";
import { overlay } from "../language.ts";
import { signIn as englishSignIn } from "../signInStrings.ts";
import { errors as englishErrors, text as englishText, setLocale } from "../strings.ts";
import { work as englishWork } from "../workStrings.ts";
import { cases } from "./caseStrings.ts";
import { deskText } from "./deskStrings.ts";
import { heldText } from "./heldStrings.ts";
import { home } from "./homeStrings.ts";
import { signIn } from "./signInStrings.ts";
import { errors, text } from "./strings.ts";
import { work } from "./workStrings.ts";

export const pairs = [
  ["text", englishText, text],
  ["errors", englishErrors, errors],
  ["work", englishWork, work],
  ["desk", englishDesk, deskText],
  ["held", englishHeld, heldText],
  ["cases", englishCases, cases],
  ["home", englishHome, home],
  ["signIn", englishSignIn, signIn],
] as const;

export function speak(): void {
  setLocale("zh-CN");
  for (const [, english, chinese] of pairs) overlay(english, chinese);
}
