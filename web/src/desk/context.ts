// What every section of the desk finds around it, without being handed it. There is one desk on a page, so this is no
// context of Preact's, whose code every viewer's room would load.
import type { DeskFeed } from "../state/deskFeed.ts";
import type { Place } from "../state/place.ts";
import type { PageContext } from "../ui/mount.tsx";
import type { Keyboard } from "./keys.ts";

export interface DeskSurroundings extends PageContext {
  readonly place: Place;
  readonly keyboard: Keyboard;
  readonly feed: DeskFeed;
}

let here: DeskSurroundings | null = null;

/** For DeskPage alone, before it shows anything else. */
export function surround(desk: DeskSurroundings): DeskSurroundings {
  here = desk;
  return desk;
}

export function useDesk(): DeskSurroundings {
  if (!here) throw new Error("this is shown at the desk only");
  return here;
}
