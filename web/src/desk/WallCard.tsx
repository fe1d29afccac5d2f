// One live show on the wall.
import { useSignal } from "@preact/signals";
import type { WallShow } from "../core/rest.ts";
import { at } from "../core/shopPath.ts";
import { pictureOf } from "../state/wall.ts";
import { Button, ButtonLink } from "../ui/Button.tsx";
import { deskText, formatDuration } from "../ui/deskStrings.ts";
import layout from "../ui/layout.module.css";
import { Badge } from "../ui/Note.tsx";
import { ShowStateBadge } from "../ui/ShowStateBadge.tsx";
import { formatTime, text } from "../ui/strings.ts";
import styles from "./WallSection.module.css";

const words = deskText.wall;

interface WallCardProps {
  readonly each: WallShow;
  /** The server's time: pictures are dated by it. */
  readonly nowMs: number;
  readonly current: boolean;
  readonly onChoose: () => void;
  readonly onAsk: (what: "warn" | "stop") => void;
}

export function WallCard({ each, nowMs, current, onChoose, onAsk }: WallCardProps) {
  const { show } = each;
  return (
    <li class={styles.card} aria-current={current} onFocusCapture={onChoose}>
      <Picture each={each} nowMs={nowMs} />
      <div class={styles.about}>
        <h2 class={styles.title}>
          <a href={at(`/s/${show.id}`)} dir="auto">
            {show.title}
          </a>
        </h2>
        <p class={`${layout.muted} ${layout.small}`}>{text.show.hostedBy(show.creator.display_name)}</p>
        <p class={layout.row}>
          {show.state !== "live" && <ShowStateBadge state={show.state} />}
          <Badge>{words.watching(show.viewers)}</Badge>
          <Badge>{words.chat(each.chat_per_minute)}</Badge>
          {each.open_reports > 0 ? <Badge tone="bad">{words.reports(each.open_reports)}</Badge> : null}
        </p>
        <Verdicts each={each} />
        <div class={`${layout.row} ${styles.actions}`}>
          <ButtonLink small href={at(`/s/${show.id}`)}>
            {words.enter}
          </ButtonLink>
          <Button small onClick={() => onAsk("warn")}>
            {words.warn}
          </Button>
          <Button small look="danger" onClick={() => onAsk("stop")}>
            {words.stop}
          </Button>
        </div>
      </div>
    </li>
  );
}

/** The picture, and how old it is. One that is gone when it is asked for is as good as none. */
function Picture({ each, nowMs }: Pick<WallCardProps, "each" | "nowMs">) {
  const address = pictureOf(each);
  const gone = useSignal<string | null>(null);
  if (address === null || each.picture_at === null || gone.value === address) {
    return <div class={styles.picture}>{words.noPicture}</div>;
  }
  const age = Math.max(0, (nowMs - Date.parse(each.picture_at)) / 1000);
  return (
    <div class={styles.picture}>
      <img src={address} alt={words.picture(each.show.title)} onError={() => (gone.value = address)} />
      <span class={styles.age}>{words.taken(formatDuration(age))}</span>
    </div>
  );
}

function Verdicts({ each }: { readonly each: WallShow }) {
  if (each.rulings.length === 0) return <p class={`${layout.muted} ${layout.small}`}>{words.noVerdicts}</p>;
  return (
    <ul class={`${layout.small} ${layout.muted}`} aria-label={words.verdicts}>
      {each.rulings.map(({ number, at, kind }) => (
        <li key={number}>
          {deskText.log.kinds[kind] ?? kind} · <time dateTime={at}>{formatTime(at)}</time>
        </li>
      ))}
    </ul>
  );
}
