// A component that is fetched when it is first needed, so that a page starts without it.
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

const wait = () => undefined;

/** Nothing until it is there; a fetch that failed is tried again with the next one that is rendered. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const found = signal<ComponentType<P> | null>(null);
  return function Later(props: P) {
    useEffect(() => {
      if (found.value === null) load().then((loaded) => (found.value = loaded), wait);
    }, []);
    const Found = found.value;
    return Found === null ? null : <Found {...props} />;
  };
}
