// Where somebody is on a page of several sections, as its address says: #section, or #section/what.
import { type ReadonlySignal, signal } from "@preact/signals";

export interface Spot {
  readonly section: string;
  /** What is looked at there: an id, or a query; empty for nothing in particular. */
  readonly what: string;
}

export function readSpot(hash: string): Spot {
  const [section = "", ...rest] = hash.replace(/^#/, "").split("/");
  try {
    return { section, what: decodeURIComponent(rest.join("/")) };
  } catch {
    // Somebody typed a lone "%".
    return { section, what: "" };
  }
}

export function linkTo({ section, what }: Spot): string {
  return what === "" ? `#${section}` : `#${section}/${encodeURIComponent(what)}`;
}

export class Place {
  private readonly spot = signal<Spot>({ section: "", what: "" });

  get now(): ReadonlySignal<Spot> {
    return this.spot;
  }

  /** Follows the address from now on; answers how to stop. */
  follow(): () => void {
    const read = () => {
      const next = readSpot(location.hash);
      const { section, what } = this.spot.value;
      if (next.section !== section || next.what !== what) this.spot.value = next;
    };
    read();
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }

  /** Goes there, so that "back" leads here. */
  go(section: string, what = ""): void {
    location.hash = linkTo({ section, what });
  }

  /** Says in the address what is looked at; "back" leads to the section before, not through all that was looked at. */
  note(what: string): void {
    const { section } = this.spot.value;
    if (this.spot.value.what === what) return;
    this.spot.value = { section, what };
    history.replaceState(null, "", linkTo({ section, what }));
  }
}
