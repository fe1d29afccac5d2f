// Which language a page speaks: what was chosen in this browser, else what the browser prefers. English is in the pages;
// another language is laid over it before the page is shown, so pages that do not ask for one load nothing of it.

export type Language = "en" | "zh";

export const LANGUAGES: readonly (readonly [Language, string])[] = [
  ["en", "English"],
  ["zh", "中文"],
];
const KEPT_AS = "livecart.language";
/** As `lang` of the page says it. */
const TAGS: Record<Language, string> = { en: "en", zh: "zh-CN" };

export function languageOf(chosen: string | null, preferred: readonly string[]): Language {
  const known = LANGUAGES.map(([code]) => code);
  for (const tag of [chosen ?? "", ...preferred]) {
    const found = known.find((code) => tag.toLowerCase().split("-")[0] === code);
    if (found) return found;
  }
  return "en";
}

export function currentLanguage(): Language {
  return languageOf(kept(), navigator.languages);
}

/** Before anything of the page is loaded that has words in it. When the words cannot be had it stays English. */
export async function speak(): Promise<void> {
  let language = currentLanguage();
  try {
    if (language === "zh") (await import("./zh/index.ts")).speak();
  } catch {
    language = "en";
  }
  document.documentElement.lang = TAGS[language];
}

/** Kept in this browser; the page comes anew. */
export function choose(language: Language): void {
  try {
    localStorage.setItem(KEPT_AS, language);
  } catch {
    // A browser that keeps nothing goes on in the language it prefers.
    return;
  }
  location.reload();
}

/** Every word of `words` takes the place of the one in `target`. */
export function overlay(target: object, words: object): void {
  for (const [key, value] of Object.entries(words)) {
    const place = target as Record<string, unknown>;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) overlay(place[key] as object, value);
    else place[key] = value;
  }
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}
