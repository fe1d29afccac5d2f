// The button that passes a show on; the link and its code are fetched when it is pressed.
import { useSignal } from "@preact/signals";
import type { Account } from "../state/account.ts";
import type { Room } from "../state/room.ts";
import { lazy } from "../ui/Lazy.tsx";
import { actionText } from "../ui/shareStrings.ts";
import { ActionButton } from "./ActionButton.tsx";

const ShareDialog = lazy(() => import("./ShareDialog.tsx").then((part) => part.ShareDialog));

interface ShareButtonProps {
  readonly room: Room;
  readonly account: Account;
}

export function ShareButton({ room, account }: ShareButtonProps) {
  const open = useSignal(false);
  return (
    <>
      <ActionButton icon="share" label={actionText.share} onClick={() => (open.value = true)} />
      {open.value && (
        <ShareDialog room={room} handle={account.user.value?.handle} onClose={() => (open.value = false)} />
      )}
    </>
  );
}
