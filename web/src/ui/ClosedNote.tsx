// Why the room's connection is closed for good, in words; nothing while it is open or mends itself.
import layout from "./layout.module.css";
import { text } from "./strings.ts";

export function ClosedNote({ because }: { readonly because: string | null }) {
  const words = because === null ? undefined : text.closed.reasons[because];
  return words === undefined ? null : (
    <p role="alert" class={layout.muted}>
      {words}
    </p>
  );
}
