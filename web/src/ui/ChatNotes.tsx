// What stands in the chat when something is not as usual: the room is closed for good, or one may not write. Loaded then.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { You } from "../core/protocol.ts";
import layout from "./layout.module.css";
import { modText } from "./modStrings.ts";

const reasons: Record<string, string> = {
  closed_4201: "Your session has expired. Sign in again to come back.",
  closed_4500: "You were disconnected because too many messages came from this page. Reload it to come back.",
  closed_4501: "This account is banned, so the room is closed to it.",
  closed_4502: "You are banned from this show.",
  banned_from_show: "You are banned from this show.",
  stopped: "Moderators have ended this show.",
};

/** Why the room's connection is closed for good, in words. */
export function ClosedNote({ because }: { readonly because: string }) {
  const words = reasons[because];
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
  /** What is there once the time is over. */
  readonly children: ComponentChildren;
}

/** In the place of the field to write in: until when one may not, and why. Then the field comes back. */
export function MutedNote({ muted: { until, everywhere, reason }, children }: MutedNoteProps) {
  const over = useSignal(false);
  useEffect(() => {
    over.value = false;
    if (until === null) return;
    const leftMs = Math.min(LONGEST_MS, Math.max(0, Date.parse(until) - Date.now()));
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
