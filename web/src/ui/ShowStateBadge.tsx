// Whether a show is live, in words and colour.
import type { ShowState } from "../core/protocol.ts";
import { Badge, type Tone } from "./Note.tsx";
import { text } from "./strings.ts";

const TONES: Record<ShowState, Tone> = { ready: "plain", live: "live", interrupted: "warn", ended: "plain" };

export function ShowStateBadge({ state }: { readonly state: ShowState }) {
  return <Badge tone={TONES[state]}>{text.show.state[state]}</Badge>;
}
