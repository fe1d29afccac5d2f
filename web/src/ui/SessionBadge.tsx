// The state of the room's connection, as the session machine has it.
import type { SessionStatus } from "../core/session.ts";
import { ConnectionBadge, type Tone } from "./Note.tsx";
import { text } from "./strings.ts";

export function SessionBadge({ status }: { readonly status: SessionStatus }) {
  const [words, tone] = describe(status);
  return <ConnectionBadge tone={tone}>{words}</ConnectionBadge>;
}

function describe(status: SessionStatus): [words: string, tone: Tone] {
  switch (status) {
    case "idle":
    case "connecting":
    case "joining":
      return [text.link.connecting, "plain"];
    case "joined":
      return [text.link.connected, "good"];
    case "waiting":
      return [text.link.reconnecting, "warn"];
    case "held":
      return [text.link.offline, "warn"];
    case "closed":
      return [text.link.closed, "bad"];
  }
}
