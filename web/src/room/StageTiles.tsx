// Who is on stage beside the host, each in a place of the frame: one large and the others beside him, or all in a grid.
// Loaded when somebody comes. It stands before the picture, so that its styles can give that one of the places.
import { type Signal, useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { StageSlot } from "../core/protocol.ts";
import type { Room } from "../state/room.ts";
import type { StageNews } from "../state/stageNews.ts";
import { areasOf, callersIn, LayoutChoice, largeOf, type OwnPlace, ownPlaceIn, sizesOf } from "../state/stageView.ts";
import type { Viewing } from "../state/viewing.ts";
import { callText } from "../ui/callStrings.ts";
import { Icon } from "../ui/Icon.tsx";
import { muted } from "../ui/icons.ts";
import { StageTile } from "../ui/StageTile.tsx";
import styles from "./StageTiles.module.css";
import { useSharing } from "./useSharing.ts";
import { useTileSizes } from "./useTileSizes.ts";

const choice = new LayoutChoice(() => localStorage);
const HOST = 0;

interface StageTilesProps {
  readonly room: Room;
  readonly viewing: Viewing;
  readonly news: StageNews;
  readonly sharing: Signal<string>;
}

export function StageTiles({ room, viewing, news, sharing }: StageTilesProps) {
  const own = ownPlaceIn(room).value;
  const slots = useMemo(() => callersIn(room), []);
  const scene = useComputed(() => ({
    layout: choice.layout.value,
    slots: slots.value,
    large: largeOf(choice.following.value, news.spoke.value, slots.value),
  }));
  useTileSizes(room, viewing, () => sizesOf(scene.value));
  const { layout, large } = scene.value;
  const shown = room.stage.value.slots.filter(({ slot }) => slot > HOST).sort((a, b) => a.slot - b.slot);
  const grid = layout === "grid";
  useSharing(sharing, shown.length > 0 ? `${grid ? "grid" : "beside"}-${shown.length}` : "");
  if (shown.length === 0) return null;
  const areas = areasOf(scene.value);
  const speaker = news.speaker.value;
  return (
    <>
      <ul
        // biome-ignore lint/a11y/noRedundantRoles: Safari takes a list that has no box of its own for none.
        role="list"
        class={`${styles.stage} ${grid ? styles.grid : styles.beside}`}
        data-callers={shown.length}
        data-host={areas.get(HOST)}
        aria-label={callText.stage}
      >
        {/* The picture itself lies below. */}
        <li class={styles.host} data-area={areas.get(HOST)} data-speaking={speaker === HOST || undefined}>
          {(grid || large !== HOST) && <span class={styles.name}>{callText.host}</span>}
        </li>
        {shown.map((place) => (
          // Another person in the same slot begins without the last one's picture.
          <li
            key={`${place.slot} ${place.user.id} ${place.since}`}
            data-area={areas.get(place.slot)}
            data-speaking={speaker === place.slot || undefined}
          >
            <Tile place={place} viewing={viewing} own={own?.slot === place.slot ? own : null} />
          </li>
        ))}
      </ul>
      <Switches grid={grid} />
    </>
  );
}

interface TileProps {
  readonly place: StageSlot;
  readonly viewing: Viewing;
  readonly own: OwnPlace | null;
}

function Tile({ place, viewing, own }: TileProps) {
  const { user } = place;
  return (
    <StageTile
      name={own ? callText.you : user.display_name}
      tracks={(own ? own.stream : viewing.slots.value[place.slot])?.getTracks() ?? []}
      silent={own !== null || place.muted || viewing.muted.value}
      mirrored={own !== null}
      lost={place.state === "lost"}
    >
      {place.muted && (
        <span role="img" aria-label={callText.muted}>
          <Icon of={muted} />
        </span>
      )}
    </StageTile>
  );
}

/** Drawn, since a phone's picture has no room for words beside those for quality and sound. */
function Switches({ grid }: { readonly grid: boolean }) {
  const following = choice.following.value;
  return (
    <div class={styles.switches}>
      {!grid && (
        <Switch
          name={following ? callText.unfollow : callText.follow}
          pressed={following}
          onClick={() => choice.toggleFollowing()}
        >
          <path d="M7 10a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM0 18c0-4 3-6 7-6s7 2 7 6zM14.5 4.5a5 5 0 0 1 0 6l1.3 1a6.6 6.6 0 0 0 0-8zM17 2.6a8 8 0 0 1 0 9.8l1.3 1a9.6 9.6 0 0 0 0-11.8z" />
        </Switch>
      )}
      <Switch name={grid ? callText.large : callText.grid} onClick={() => choice.toggle()}>
        <path
          d={
            grid
              ? "M1 3h12v14H1zM14 3h5v4h-5zM14 8h5v4h-5zM14 13h5v4h-5z"
              : "M1 3h8v6H1zM11 3h8v6h-8zM1 11h8v6H1zM11 11h8v6h-8z"
          }
        />
      </Switch>
    </div>
  );
}

interface SwitchProps {
  readonly name: string;
  readonly pressed?: boolean;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

function Switch({ name, pressed, onClick, children }: SwitchProps) {
  return (
    <button type="button" class={styles.switch} aria-label={name} aria-pressed={pressed} title={name} onClick={onClick}>
      <svg aria-hidden="true" viewBox="0 0 20 20" width="20" height="20" fill="currentColor">
        {children}
      </svg>
    </button>
  );
}
