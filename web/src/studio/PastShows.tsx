// The creator's shows that are over, the newest first, each with what came of it.
import type { Show } from "../core/protocol.ts";
import { Button } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { formatTime } from "../ui/strings.ts";
import { studioText } from "../ui/studioStrings.ts";

interface PastShowsProps {
  readonly shows: readonly Show[];
  readonly busy: boolean;
  readonly onEnter: (show: string) => void;
}

export function PastShows({ shows, busy, onEnter }: PastShowsProps) {
  const past = shows.filter(({ state }) => state === "ended");
  if (past.length === 0) return null;
  return (
    <section class={layout.card} aria-label={studioText.past.title}>
      <h2>{studioText.past.title}</h2>
      <ul class={layout.list}>
        {past.map((show) => (
          <li key={show.id} class={layout.between}>
            <span class={layout.tight}>
              <strong>{show.title}</strong>
              {show.ended_at && <span class={`${layout.muted} ${layout.small}`}>{formatTime(show.ended_at)}</span>}
            </span>
            <Button small busy={busy} aria-label={studioText.past.open(show.title)} onClick={() => onEnter(show.id)}>
              {studioText.past.button}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
