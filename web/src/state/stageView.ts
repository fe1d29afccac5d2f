// How one looks at the stage: the layout, who is large in it, and which of the pictures is one's own. Loaded with the
// tiles.
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { TileSize } from "../core/protocol.ts";
import type { Room } from "./room.ts";

export type StageLayout = "host" | "grid";
/** A place in the frame: `large` and `s1` to `s3` beside it, or the cells of a grid, `s0` to `s3`. */
export type Area = "large" | `s${number}`;

const KEY = "livecart.stage";
const FOLLOW = "livecart.stage.follow";
const HOST = 0;

/** What this browser chose, kept where it keeps anything. */
export class LayoutChoice {
  private readonly current: Signal<StageLayout>;
  private readonly follows: Signal<boolean>;

  constructor(private readonly storage: () => Pick<Storage, "getItem" | "setItem">) {
    this.current = signal(this.kept(KEY) === "grid" ? "grid" : "host");
    this.follows = signal(this.kept(FOLLOW) === "yes");
  }

  get layout(): ReadonlySignal<StageLayout> {
    return this.current;
  }

  /** Whoever speaks is large, not the host. */
  get following(): ReadonlySignal<boolean> {
    return this.follows;
  }

  toggle(): void {
    this.current.value = this.current.value === "host" ? "grid" : "host";
    this.keep(KEY, this.current.value);
  }

  toggleFollowing(): void {
    this.follows.value = !this.follows.value;
    this.keep(FOLLOW, this.follows.value ? "yes" : "no");
  }

  private keep(key: string, value: string): void {
    try {
      this.storage().setItem(key, value);
    } catch (error) {
      // A browser that keeps nothing forgets it with the page.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  private kept(key: string): string | null {
    try {
      return this.storage().getItem(key);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      return null;
    }
  }
}

export interface StageScene {
  readonly layout: StageLayout;
  /** Of the callers, from the lowest up. */
  readonly slots: readonly number[];
  readonly large: number;
}

/** Who is large: the one who spoke last and is still there, where one follows the speaker; the host otherwise. */
export function largeOf(following: boolean, spoke: number | null, slots: readonly number[]): number {
  return following && spoke !== null && slots.includes(spoke) ? spoke : HOST;
}

/** Where each slot is; the host's too. */
export function areasOf({ layout, slots, large }: StageScene): ReadonlyMap<number, Area> {
  const all = [HOST, ...slots];
  if (layout === "grid") return new Map(all.map((slot, index) => [slot, `s${index}` as Area]));
  const beside = all.filter((slot) => slot !== large);
  return new Map([[large, "large"], ...beside.map((slot, index) => [slot, `s${index + 1}`] as [number, Area])]);
}

/** What is to be sent of each slot, from 0 on. One tile alone is as high as the large picture. */
export function sizesOf({ layout, slots, large }: StageScene): TileSize[] {
  const beside: TileSize = layout === "grid" || slots.length === 1 ? "medium" : "small";
  const last = Math.max(HOST, ...slots);
  return Array.from({ length: last + 1 }, (_, slot) => {
    if (slot !== HOST && !slots.includes(slot)) return "small";
    return layout === "host" && slot === large ? "large" : beside;
  });
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

/** The callers that are shown, from the lowest slot up. */
export function callersIn(room: Room): ReadonlySignal<readonly number[]> {
  return computed(() =>
    room.stage.value.slots
      .map(({ slot }) => slot)
      .filter((slot) => slot > HOST)
      .sort(),
  );
}
