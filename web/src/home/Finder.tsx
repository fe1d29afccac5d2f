// Finding a show: by words in its title, its host's name or its goods, and by category.
import type { Signal } from "@preact/signals";
import type { Show } from "../core/protocol.ts";
import { Button } from "../ui/Button.tsx";
import { entry } from "../ui/form.ts";
import { home } from "../ui/homeStrings.ts";
import layout from "../ui/layout.module.css";
import { work } from "../ui/workStrings.ts";
import styles from "./Finder.module.css";

interface FinderProps {
  readonly shows: readonly Show[];
  /** "" is all. */
  readonly category: Signal<string>;
  readonly onSearch: (words: string) => Promise<void>;
}

export function Finder({ shows, category, onSearch }: FinderProps) {
  const categories = [...new Set([...shows.map((show) => show.category), ...(category.value ? [category.value] : [])])];
  return (
    <search class={layout.item}>
      <form
        class={styles.search}
        onSubmit={(event) => {
          event.preventDefault();
          void onSearch(entry(new FormData(event.currentTarget), "q"));
        }}
      >
        <input
          type="search"
          name="q"
          class={styles.field}
          aria-label={home.search}
          placeholder={home.searchHint}
          maxLength={120}
          enterkeyhint="search"
          // Emptied with the field's own cross, all shows are there again.
          onInput={({ currentTarget }) => currentTarget.value === "" && void onSearch("")}
        />
        <Button type="submit">{home.find}</Button>
      </form>
      {categories.length > 1 && (
        <fieldset class={styles.tags} aria-label={home.categories}>
          {["", ...categories.sort()].map((code) => (
            <button
              key={code}
              type="button"
              class={styles.tag}
              aria-pressed={category.value === code}
              onClick={() => {
                category.value = code;
              }}
            >
              {code === "" ? home.all : (work.topic.categories[code] ?? code)}
            </button>
          ))}
        </fieldset>
      )}
    </search>
  );
}
