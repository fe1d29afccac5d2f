// Keyboard commands of the desk: single keys and "g" with a letter, only while nobody is typing and no dialog is open.
// Whoever offers keys says what they mean, so that the list of keys is never older than the keys.
import { type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useDesk } from "./context.ts";

export interface Key {
  /** As `KeyboardEvent.key` says it; "g w" for two, one after the other. */
  readonly press: string;
  readonly meaning: string;
  readonly run: () => void;
}

export interface KeyGroup {
  readonly title: string;
  readonly keys: readonly Key[];
}

/** How long after the first key of a pair the second one counts. */
const PAIR_MS = 1_500;

export class Keyboard {
  private readonly offered = signal<readonly KeyGroup[]>([]);
  private first: { readonly key: string; readonly until: number } | null = null;

  get groups(): ReadonlySignal<readonly KeyGroup[]> {
    return this.offered;
  }

  /** Answers how to take them away again. */
  offer(group: KeyGroup): () => void {
    this.offered.value = [...this.offered.value, group];
    return () => {
      this.offered.value = this.offered.value.filter((each) => each !== group);
    };
  }

  /** Which command this key is, if any. The newest offer of a key counts. */
  press(key: string, nowMs: number): Key | null {
    const before = this.first !== null && nowMs < this.first.until ? `${this.first.key} ${key}` : null;
    this.first = null;
    const keys = this.offered.value.flatMap((group) => group.keys);
    const found = keys.findLast((each) => each.press === (before ?? key));
    if (found) return found;
    if (keys.some((each) => each.press.startsWith(`${key} `))) this.first = { key, until: nowMs + PAIR_MS };
    return null;
  }

  listen(): () => void {
    const listeners = new AbortController();
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.key === "Shift") return;
      const target = event.target instanceof Element ? event.target : null;
      // Nobody types into a box to tick.
      const typing = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
      if (target?.closest(typing) || document.querySelector("dialog[open]")) {
        return;
      }
      // Enter on a button or a link already means something.
      if (event.key === "Enter" && target?.closest("button, a, summary")) return;
      const key = this.press(event.key, event.timeStamp);
      if (!key) return;
      event.preventDefault();
      key.run();
    };
    document.addEventListener("keydown", onKey, { signal: listeners.signal });
    return () => listeners.abort();
  }
}

/** Offers keys while the component is there; what they do may change from one rendering to the next. */
export function useKeys(title: string, keys: readonly Key[]): void {
  const { keyboard } = useDesk();
  const newest = useRef(keys);
  newest.current = keys;
  useEffect(() => {
    const steady = keys.map(({ press, meaning }) => ({
      press,
      meaning,
      run: () => newest.current.find((key) => key.press === press)?.run(),
    }));
    return keyboard.offer({ title, keys: steady });
  }, []);
}
