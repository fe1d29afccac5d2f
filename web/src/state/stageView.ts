// How one looks at the stage: the layout that was chosen, and which of the pictures is one's own. Loaded with the tiles.
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Room } from "./room.ts";

export type StageLayout = "host" | "grid";

const KEY = "livecart.stage";

/** The layout of this browser, kept where it keeps anything. */
export class LayoutChoice {
  private readonly current: Signal<StageLayout>;

  constructor(private readonly storage: () => Pick<Storage, "getItem" | "setItem">) {
    this.current = signal(this.kept());
  }

  get layout(): ReadonlySignal<StageLayout> {
    return this.current;
  }

  toggle(): void {
    this.current.value = this.current.value === "host" ? "grid" : "host";
    try {
      this.storage().setItem(KEY, this.current.value);
    } catch (error) {
      // A browser that keeps nothing forgets it with the page.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  private kept(): StageLayout {
    try {
      return this.storage().getItem(KEY) === "grid" ? "grid" : "host";
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      return "host";
    }
  }
}

/** One's own place on stage: its picture is the preview, and its sound is never played. */
export interface OwnPlace {
  readonly slot: number;
  readonly stream: MediaStream | null;
}

const places = new WeakMap<Room, Signal<OwnPlace | null>>();

export function ownPlaceIn(room: Room): Signal<OwnPlace | null> {
  const known = places.get(room) ?? signal<OwnPlace | null>(null);
  places.set(room, known);
  return known;
}
