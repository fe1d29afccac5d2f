// Two hosts side by side: the other one's picture beside that of the room's own, the score above both. Loaded with a duel.
// It stands before the picture, so that its styles can give that its half of the frame.
import type { Signal } from "@preact/signals";
import type { Duel } from "../core/protocol.ts";
import { at } from "../core/shopPath.ts";
import { sidesIn } from "../state/duel.ts";
import type { Room } from "../state/room.ts";
import { ownPlaceIn } from "../state/stageView.ts";
import type { Viewing } from "../state/viewing.ts";
import { callText } from "../ui/callStrings.ts";
import { DuelScore } from "../ui/DuelScore.tsx";
import { duelText } from "../ui/duelStrings.ts";
import { StageTile } from "../ui/StageTile.tsx";
import styles from "./DuelStage.module.css";
import { useSharing } from "./useSharing.ts";
import { useTileSizes } from "./useTileSizes.ts";

const HOST = 0;

interface DuelStageProps {
  readonly room: Room;
  readonly viewing: Viewing;
  readonly duel: Duel;
  readonly sharing: Signal<string>;
}

export function DuelStage({ room, viewing, duel, sharing }: DuelStageProps) {
  useSharing(sharing, "duel");
  const [own, other] = sidesIn(duel, room.show.value.id);
  const guest = duel[other];
  const { slot } = duel[own];
  // Both hosts have half of the frame each; callers are small.
  const halves = [HOST, slot];
  useTileSizes(room, viewing, () =>
    Array.from({ length: (slot ?? HOST) + 1 }, (_, each) => (halves.includes(each) ? "medium" : "small")),
  );
  return (
    <section class={styles.duel} aria-label={duelText.title}>
      <div class={styles.bar}>
        <DuelScore room={room} duel={duel} />
      </div>
      <p class={styles.host}>{duel[own].user.display_name}</p>
      <div class={styles.guest}>
        <StageTile
          key={duel.id}
          name={guest.user.display_name}
          tracks={(slot !== null && viewing.slots.value[slot]?.getTracks()) || []}
          silent={viewing.muted.value}
          lost={guest.lost}
        />
        <a class={styles.link} href={at(`/s/${encodeURIComponent(guest.show)}`)}>
          {duelText.toShow(guest.user.display_name)}
        </a>
      </div>
      <Callers room={room} viewing={viewing} />
    </section>
  );
}

/** Callers stay on stage meanwhile, small. */
function Callers({ room, viewing }: Pick<DuelStageProps, "room" | "viewing">) {
  const { slots } = room.stage.value;
  if (slots.length === 0) return null;
  const mine = ownPlaceIn(room).value;
  return (
    <ul class={styles.callers} aria-label={duelText.callers}>
      {slots.map((place) => {
        const own = mine?.slot === place.slot ? mine : null;
        return (
          <li key={`${place.slot} ${place.user.id} ${place.since}`}>
            <StageTile
              name={own ? callText.you : place.user.display_name}
              tracks={(own ? own.stream : viewing.slots.value[place.slot])?.getTracks() ?? []}
              silent={own !== null || place.muted || viewing.muted.value}
              mirrored={own !== null}
              lost={place.state === "lost"}
            />
          </li>
        );
      })}
    </ul>
  );
}
