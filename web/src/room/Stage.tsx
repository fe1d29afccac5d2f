// The picture of the show, or what to say while there is none.

import type { Signal } from "@preact/signals";
import { lacksH264 } from "../core/decoding.ts";
import { at } from "../core/shopPath.ts";
import type { Account } from "../state/account.ts";
import type { QualityChoice } from "../state/quality.ts";
import type { Room } from "../state/room.ts";
import type { Viewing } from "../state/viewing.ts";
import { Button, ButtonLink } from "../ui/Button.tsx";
import { lazy } from "../ui/Lazy.tsx";
import { LiveVideo } from "../ui/LiveVideo.tsx";
import layout from "../ui/layout.module.css";
import { errorText, text } from "../ui/strings.ts";
import styles from "./LiveRoom.module.css";

// There is nothing to choose before there is a picture.
const QualityMenu = lazy(() => import("./QualityMenu.tsx").then((part) => part.QualityMenu));
const StageOver = lazy(() => import("./StageOver.tsx").then((part) => part.StageOver));

interface StageProps {
  readonly room: Room;
  readonly viewing: Viewing;
  readonly quality: QualityChoice;
  readonly account: Account;
  /** How those who are shown beside the host share the frame with him, said by them. */
  readonly sharing: Signal<string>;
}

export function Stage({ room, viewing, quality, account, sharing }: StageProps) {
  if (room.state.value === "ended") return <Ended />;
  const over = cover(room, viewing, account);
  return (
    <LiveVideo
      stream={viewing.stream.value}
      label={text.video.live}
      poster={room.show.value.cover}
      onPicture={() => viewing.onPicture()}
      silence={viewing.muted}
      beside={<StageOver room={room} viewing={viewing} sharing={sharing} />}
      sharing={sharing.value}
      controls={viewing.hasPicture.value && <QualityMenu choice={quality} lines={viewing.lines.value} />}
      notice={over === null && viewing.weak.value ? weakness(quality) : null}
    >
      {over}
    </LiveVideo>
  );
}

function weakness(quality: QualityChoice): string {
  return ["high", "mid"].includes(quality.wanted.value) ? text.quality.tooMuch : text.quality.weak;
}

function Ended() {
  return (
    <div class={`${layout.empty} ${styles.over}`}>
      <h2>{text.show.endedTitle}</h2>
      <p>{text.show.endedBody}</p>
      <ButtonLink href={at("/")}>{text.show.otherShows}</ButtonLink>
    </div>
  );
}

function cover(room: Room, viewing: Viewing, account: Account) {
  const membersOnly = room.show.value.viewers_policy === "members" && account.user.value === null;
  if (membersOnly) {
    return (
      <div class={layout.stack}>
        <p>{text.show.membersOnly}</p>
        <Button onClick={() => account.ask()}>{text.account.signIn}</Button>
      </div>
    );
  }
  const error = viewing.error.value;
  if (viewing.state.value === "refused") {
    return (
      <p>
        {text.show.refused} {error ? errorText(error) : ""}
      </p>
    );
  }
  if (room.state.value === "ready") return <p>{text.show.waiting}</p>;
  if (room.state.value === "interrupted") return <p>{text.show.interrupted}</p>;
  if (viewing.state.value === "reconnecting" && viewing.hasPicture.value) return <p>{text.show.reconnectingVideo}</p>;
  if (viewing.hasPicture.value) return null;
  return (
    <div class={layout.stack}>
      <p>{text.show.connectingVideo}</p>
      {lacksH264() && <p>{text.show.noH264}</p>}
    </div>
  );
}
