// Who comes into the frame of the host's picture says how it is shared, for the frame and the room to make way: their
// styles would find out by `:has()`, which makes each line of the chat restyle the whole room.
import type { Signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";

/** `how` is "duel", or the layout of the stage and how many callers: "beside-2". */
export function useSharing(sharing: Signal<string>, how: string): void {
  useLayoutEffect(() => {
    sharing.value = how;
    return () => {
      sharing.value = "";
    };
  }, [how]);
}
