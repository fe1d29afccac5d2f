// Whether there is room for one column only: a room is another one then, and not only laid out in another way.
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

export function useNarrow(): ReadonlySignal<boolean> {
  // As in the styles of the room.
  const query = matchMedia("(max-width: 59.99rem)");
  const narrow = useSignal(query.matches);
  useEffect(() => {
    const look = () => (narrow.value = query.matches);
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  return narrow;
}
