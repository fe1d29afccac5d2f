// Which language a page speaks: what was chosen in this browser, else what the browser prefers. English is in the pages;
// another language is laid over it before the page is shown, so pages that do not ask for one load nothing of it.

import { setLocale } from "./strings.ts";

export type Language = "en" | "zh";

export const KEPT_AS = "livecart.language";
const KNOWN: readonly Language[] = ["en", "zh"];
/** As `lang` of the page says it. */
const TAGS: Record<Language, string> = { en: "en", zh: "zh-CN" };

export function languageOf(chosen: string | null, preferred: readonly string[]): Language {
  for (const tag of [chosen ?? "", ...preferred]) {
    const found = KNOWN.find((code) => tag.toLowerCase().split("-")[0] === code);
    if (found) return found;
  }
  return "en";
}

export function currentLanguage(): Language {
  return languageOf(kept(), navigator.languages);
}

/**
 * Before anything is shown: components read their words when they draw, those that copy them when they are loaded (the
 * desk's) are loaded after this. When the words cannot be had it stays English. `all` for pages with words of staff, too.
 */
export async function speak(all = false): Promise<void> {
  let language = currentLanguage();
  try {
    if (language === "zh") {
      const parts = [import("./zh/index.ts"), ...(all ? [import("./zh/staff.ts")] : [])];
      for (const part of await Promise.all(parts)) part.speak();
    }
  } catch {
    language = "en";
  }
  // Else times and money would be as the browser writes them, in the language that was not chosen.
  if (language !== languageOf(null, navigator.languages) && language === "en") setLocale("en");
  document.documentElement.lang = TAGS[language];
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}
