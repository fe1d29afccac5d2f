// What every section of the desk finds around it, without being handed it.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Place } from "../state/place.ts";
import type { PageContext } from "../ui/mount.tsx";
import type { Keyboard } from "./keys.ts";

export interface DeskSurroundings extends PageContext {
  readonly place: Place;
  readonly keyboard: Keyboard;
}

export const Surroundings = createContext<DeskSurroundings | null>(null);

export function useDesk(): DeskSurroundings {
  const desk = useContext(Surroundings);
  if (!desk) throw new Error("this is shown at the desk only");
  return desk;
}
