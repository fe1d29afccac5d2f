// What a viewer may do besides watching, buying and talking: like, give, share, keep the picture in a corner, report.
// On a phone a column of signs beside the chat, else a row of buttons.
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { Http } from "../core/http.ts";
import type { Account } from "../state/account.ts";
import { keepReferrer, tellReferrer } from "../state/referrer.ts";
import type { Room } from "../state/room.ts";
import type { Viewing } from "../state/viewing.ts";
import { followKeyboard } from "../ui/keyboard.ts";
import { actionText } from "../ui/shareStrings.ts";
import { text } from "../ui/strings.ts";
import { ActionButton } from "./ActionButton.tsx";
import { GiftBar } from "./GiftBar.tsx";
import { LikeButton } from "./LikeButton.tsx";
import { ReportShow } from "./ReportShow.tsx";
import styles from "./RoomActions.module.css";
import { ShareButton } from "./ShareButton.tsx";

interface RoomActionsProps {
  readonly room: Room;
  readonly viewing: Viewing;
  readonly account: Account;
  /** Holds the picture. */
  readonly frame: RefObject<HTMLElement | null>;
  /** Opens the bag where it does not lie open. */
  readonly onBag: (() => void) | null;
}

export function RoomActions({ room, viewing, account, frame, onBag }: RoomActionsProps) {
  const ended = room.state.value === "ended";
  useEffect(() => {
    keepReferrer(room.show.value.id, () => sessionStorage);
    const page = frame.current?.closest("main");
    return page ? followKeyboard(page) : undefined;
  }, []);
  const user = account.user.value?.id;
  useEffect(() => {
    if (user !== undefined) void tellReferrer(new Http(), room.show.value.id, () => sessionStorage);
  }, [user]);
  return (
    <div class={styles.actions}>
      {!ended && onBag && <BagButton count={room.bag.products.value.length} onOpen={onBag} />}
      <LikeButton room={room} account={account} />
      {!ended && <GiftBar room={room} account={account} />}
      <ShareButton room={room} account={account} />
      {viewing.hasPicture.value && document.pictureInPictureEnabled && <InsetButton frame={frame} />}
      <ReportShow room={room} account={account} />
    </div>
  );
}

function BagButton({ count, onOpen }: { readonly count: number; readonly onOpen: () => void }) {
  return (
    <ActionButton icon="bag" label={text.goods.bag} strong onClick={onOpen}>
      <span class={styles.count} aria-hidden="true">
        {count}
      </span>
    </ActionButton>
  );
}

function InsetButton({ frame }: { readonly frame: RefObject<HTMLElement | null> }) {
  const toggle = () => {
    const video = frame.current?.querySelector("video");
    // Refused while there is no picture, or by a setting of the browser: the picture then stays where it is.
    if (document.pictureInPictureElement) document.exitPictureInPicture().catch(() => undefined);
    else video?.requestPictureInPicture().catch(() => undefined);
  };
  return <ActionButton icon="inset" label={actionText.inset} onClick={toggle} />;
}
