// What show this is, whose, how many watch, and how one's own connection is.
import type { Account } from "../state/account.ts";
import type { Following } from "../state/following.ts";
import type { Room } from "../state/room.ts";
import type { Viewing } from "../state/viewing.ts";
import { FollowButton } from "../ui/FollowButton.tsx";
import layout from "../ui/layout.module.css";
import { Badge } from "../ui/Note.tsx";
import { SessionBadge } from "../ui/SessionBadge.tsx";
import { ShowStateBadge } from "../ui/ShowStateBadge.tsx";
import { text } from "../ui/strings.ts";
import styles from "./LiveRoom.module.css";

interface RoomHeadProps {
  readonly room: Room;
  readonly viewing: Viewing;
  readonly account: Account;
  readonly following: Following;
}

export function RoomHead({ room, viewing, account, following }: RoomHeadProps) {
  const show = room.show.value;
  return (
    <div class={styles.head}>
      <div class={styles.title}>
        <h1>{show.title}</h1>
        <p class={layout.muted}>{hostedBy(show.creator.display_name, following)}</p>
      </div>
      <div class={layout.row}>
        <FollowButton following={following} account={account} />
      </div>
      <p class={styles.badges}>
        {show.state !== "ended" && (
          <>
            <ShowStateBadge state={show.state} />
            <Badge>{text.show.viewers(room.viewers.value)}</Badge>
          </>
        )}
        <SessionBadge room={room} viewing={viewing} />
      </p>
    </div>
  );
}

function hostedBy(name: string, following: Following): string {
  const followers = following.state.value?.followers ?? 0;
  return followers > 0 ? `${text.show.hostedBy(name)} · ${text.follow.followers(followers)}` : text.show.hostedBy(name);
}
