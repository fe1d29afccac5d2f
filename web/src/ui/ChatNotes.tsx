// What stands in the chat when something is not as usual: the room is closed for good, or one may not write. Loaded then.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { You } from "../core/protocol.ts";
import layout from "./layout.module.css";
import { modText } from "./modStrings.ts";

/** Why the room's connection is closed for good, in words. */
export function ClosedNote({ because }: { readonly because: string }) {
  const words = modText.closedBecause[because];
  return words === undefined ? null : (
    <p role="alert" class={layout.muted}>
      {words}
    </p>
  );
}

/** setTimeout takes no longer time; whoever is muted for a month reloads the page meanwhile. */
const LONGEST_MS = 2 ** 31 - 1;

interface MutedNoteProps {
  readonly muted: NonNullable<You["muted"]>;
  /** The server's: it is the one that lets write again. */
  readonly nowMs: () => number;
  /** What is there once the time is over. */
  readonly children: ComponentChildren;
}

/** In the place of the field to write in: until when one may not, and why. Then the field comes back. */
export function MutedNote({ muted: { until, everywhere, reason }, nowMs, children }: MutedNoteProps) {
  const over = useSignal(false);
  useEffect(() => {
    over.value = false;
    if (until === null) return;
    const leftMs = Math.min(LONGEST_MS, Math.max(0, Date.parse(until) - nowMs()));
    const timer = setTimeout(() => (over.value = true), leftMs);
    return () => clearTimeout(timer);
  }, [until]);
  if (over.value) return <>{children}</>;
  return (
    <p role="status" class={layout.muted}>
      {modText.mutedUntil(until, everywhere)} {reason !== "" && modText.reason(reason)}
    </p>
  );
}
