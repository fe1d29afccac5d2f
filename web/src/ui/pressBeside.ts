// A press beside what lies open, which closes it.
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/** Heard from before the part is drawn: a quick press is not missed. */
export function usePressBeside(part: RefObject<HTMLElement | null>, onPress: () => void): void {
  useLayoutEffect(() => {
    const onPointer = ({ target }: Event) => {
      if (!part.current?.contains(target as Node)) onPress();
    };
    document.addEventListener("pointerdown", onPointer);
    return () => document.removeEventListener("pointerdown", onPointer);
  });
}
