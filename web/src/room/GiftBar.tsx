// The gift button of a room; what there is to give is fetched when it is pressed.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Account } from "../state/account.ts";
import type { Room } from "../state/room.ts";
import { lazy } from "../ui/Lazy.tsx";
import { actionText } from "../ui/shareStrings.ts";
import { ActionButton } from "./ActionButton.tsx";

const GiftMenu = lazy(() => import("./GiftMenu.tsx").then((part) => part.GiftMenu));

interface GiftBarProps {
  readonly room: Room;
  readonly account: Account;
}

export function GiftBar({ room, account }: GiftBarProps) {
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const user = account.user.value;
  if (user?.id === room.show.value.creator.id) return null;
  const shown = open.value && user !== null;
  const close = () => {
    // Before the focused gift goes: otherwise the focus would be lost with it.
    button.current?.focus();
    open.value = false;
  };
  return (
    <>
      <ActionButton
        icon="gift"
        label={actionText.gifts}
        ref={button}
        aria-expanded={shown}
        onClick={() => account.ask(() => (open.value = !(open.value && shown)))}
      />
      {shown && <GiftMenu key={user.id} room={room} onClose={close} />}
    </>
  );
}
