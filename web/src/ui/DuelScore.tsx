// The score of a duel, its clock, and who has won: over the pictures in the room, and in the studio.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Duel } from "../core/protocol.ts";
import { followScore, type Score, scoreOf, share, sidesIn } from "../state/duel.ts";
import type { Room } from "../state/room.ts";
import { CallClock } from "./CallClock.tsx";
import styles from "./DuelScore.module.css";
import { duelText } from "./duelStrings.ts";

interface DuelScoreProps {
  readonly room: Room;
  readonly duel: Duel;
}

export function DuelScore({ room, duel }: DuelScoreProps) {
  const told = useSignal<(Score & { readonly duel: string }) | null>(null);
  useEffect(() => followScore(room, told), []);
  const [own, other] = sidesIn(duel, room.show.value.id);
  const score = scoreOf(duel, told.value);
  const names = [duel[own].user.display_name, duel[other].user.display_name] as const;
  return (
    <div class={styles.duel}>
      <div
        class={styles.bar}
        role="img"
        aria-label={duelText.score(names[0], score[own], names[1], score[other])}
        style={{ gridTemplateColumns: `${share(score[own], score[other])}% 1fr` }}
      >
        <span class={styles.own}>{duelText.likes(score[own])}</span>
        <span class={styles.other}>{duelText.likes(score[other])}</span>
      </div>
      {!duel.decided && duel.until && (
        <p class={styles.middle}>
          <CallClock key={duel.until} until={duel.until} room={room} words={duelText.left} />
        </p>
      )}
      {/* Stays in the tree, so that a screen reader says who has won, and not each second. */}
      <p class={styles.middle} aria-live="polite">
        {duel.decided && result(duel)}
      </p>
    </div>
  );
}

function result(duel: Duel): string {
  const winner = [duel.home, duel.away].find(({ show }) => show === duel.winner);
  return winner ? duelText.wins(winner.user.display_name) : duelText.draw;
}
