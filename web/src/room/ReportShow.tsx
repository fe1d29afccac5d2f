// Reporting the show that one is in, and hearing what came of any report of one's own.
import { useSignal } from "@preact/signals";
import type { Account } from "../state/account.ts";
import type { Room } from "../state/room.ts";
import { lazy } from "../ui/Lazy.tsx";
import layout from "../ui/layout.module.css";
import { actionText } from "../ui/shareStrings.ts";
import { ActionButton } from "./ActionButton.tsx";
import styles from "./RoomActions.module.css";

const ReportDialog = lazy(() => import("../ui/ReportDialog.tsx").then((part) => part.ReportDialog));
const ReportHeard = lazy(() => import("./ReportHeard.tsx").then((part) => part.ReportHeard));

export function ReportShow({ room, account }: { readonly room: Room; readonly account: Account }) {
  const open = useSignal(false);
  const show = room.show.value;
  const heard = room.reported.value?.outcome ?? null;
  if (account.user.value?.id === show.creator.id) return null;
  return (
    <>
      <ActionButton icon="flag" label={actionText.report} onClick={() => account.ask(() => (open.value = true))} />
      <p role="status" class={`${layout.quiet} ${styles.heard}`}>
        {heard && <ReportHeard outcome={heard} />}
      </p>
      {open.value && (
        <ReportDialog target={{ show: show.id }} quote={show.title} onClose={() => (open.value = false)} />
      )}
    </>
  );
}
