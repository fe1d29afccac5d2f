// The state of the connection: of the room's session, and for who watches also of the picture.
import type { SessionStatus } from "../core/session.ts";
import type { Room } from "../state/room.ts";
import type { Viewing } from "../state/viewing.ts";
import { ConnectionBadge, type Tone } from "./Note.tsx";
import { text } from "./strings.ts";

interface SessionBadgeProps {
  readonly room: Room;
  /** Left out by who does not watch, such as the host. */
  readonly viewing?: Viewing;
}

export function SessionBadge({ room, viewing }: SessionBadgeProps) {
  const status = room.status.value;
  const [words, tone] = (viewing && status !== "closed" && ofPicture(room, viewing)) || ofSession(status, room);
  return <ConnectionBadge tone={tone}>{words}</ConnectionBadge>;
}

/** Null where the session says more than the picture. */
function ofPicture(room: Room, viewing: Viewing): [words: string, tone: Tone] | null {
  if (room.state.value === "ended") return [text.show.state.ended, "plain"];
  if (room.status.value !== "joined" || !viewing.hasPicture.value) return null;
  if (viewing.state.value === "reconnecting") return [text.link.reconnecting, "warn"];
  return room.state.value === "live" && viewing.weak.value ? [text.link.weak, "warn"] : null;
}

function ofSession(status: SessionStatus, room: Room): [words: string, tone: Tone] {
  switch (status) {
    case "idle":
    case "connecting":
    case "joining":
      // Whoever was in the room before is told what happened meanwhile.
      return [room.you.value ? text.link.catchingUp : text.link.connecting, "plain"];
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
