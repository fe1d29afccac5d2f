// The languages of the pages, to choose from. Each page loads it after itself.

import styles from "./LanguageChoice.module.css";
import { currentLanguage, KEPT_AS, type Language } from "./language.ts";

export const LANGUAGES: readonly (readonly [Language, string])[] = [
  ["en", "EN"],
  ["zh", "中文"],
];
/** Not "Language": the studio asks for the language of a show. */
const LABELS: Record<Language, string> = { en: "Page shown in", zh: "页面语言" };

export function LanguageChoice() {
  const now = currentLanguage();
  return (
    <select
      class={styles.choice}
      aria-label={LABELS[now]}
      onChange={({ currentTarget }) => choose(currentTarget.value as Language)}
    >
      {LANGUAGES.map(([code, name]) => (
        <option key={code} value={code} lang={code} selected={code === now}>
          {name}
        </option>
      ))}
    </select>
  );
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
