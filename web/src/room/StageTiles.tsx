// Who is on stage beside the host, over or beside the host's picture: in a row of tiles, or all in a grid. Loaded when
// somebody comes. It stands before the picture, so that its styles can give that another place in the frame.
import type { StageSlot } from "../core/protocol.ts";
import type { Room } from "../state/room.ts";
import { LayoutChoice, type OwnPlace, ownPlaceIn } from "../state/stageView.ts";
import type { Viewing } from "../state/viewing.ts";
import { callText } from "../ui/callStrings.ts";
import { StageTile } from "../ui/StageTile.tsx";
import styles from "./StageTiles.module.css";

const choice = new LayoutChoice(() => localStorage);

interface StageTilesProps {
  readonly room: Room;
  readonly viewing: Viewing;
}

export function StageTiles({ room, viewing }: StageTilesProps) {
  const own = ownPlaceIn(room).value;
  const { slots } = room.stage.value;
  const shown = [...slots].filter(({ slot }) => slot > 0).sort((a, b) => a.slot - b.slot);
  if (shown.length === 0) return null;
  const grid = choice.layout.value === "grid";
  return (
    <>
      <ul
        class={`${styles.stage} ${grid ? styles.grid : styles.beside}`}
        data-callers={shown.length}
        aria-label={callText.stage}
      >
        {grid && <li class={styles.host}>{callText.host}</li>}
        {shown.map((place) => (
          // Another person in the same slot begins without the last one's picture.
          <li key={`${place.slot} ${place.user.id} ${place.since}`}>
            <Tile place={place} viewing={viewing} own={own?.slot === place.slot ? own : null} />
          </li>
        ))}
      </ul>
      <LayoutSwitch grid={grid} />
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
          🔇
        </span>
      )}
    </StageTile>
  );
}

/** Drawn, since a phone's picture has no room for words beside those for quality and sound. */
function LayoutSwitch({ grid }: { readonly grid: boolean }) {
  const name = grid ? callText.large : callText.grid;
  return (
    <button type="button" class={styles.switch} aria-label={name} title={name} onClick={() => choice.toggle()}>
      <svg aria-hidden="true" viewBox="0 0 20 20" width="20" height="20" fill="currentColor">
        <path
          d={
            grid
              ? "M1 3h12v14H1zM14 3h5v4h-5zM14 8h5v4h-5zM14 13h5v4h-5z"
              : "M1 3h8v6H1zM11 3h8v6h-8zM1 11h8v6H1zM11 11h8v6h-8z"
          }
        />
      </svg>
    </button>
  );
}
