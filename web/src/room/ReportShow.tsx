// Reporting the show that one is in, and hearing what came of any report of one's own.
import { useSignal } from "@preact/signals";
import { at } from "../core/shopPath.ts";
import type { Account } from "../state/account.ts";
import type { Room } from "../state/room.ts";
import layout from "../ui/layout.module.css";
import { ReportDialog } from "../ui/ReportDialog.tsx";
import { report } from "../ui/reportStrings.ts";
import { ActionButton } from "./ActionButton.tsx";
import styles from "./RoomActions.module.css";

export function ReportShow({ room, account }: { readonly room: Room; readonly account: Account }) {
  const open = useSignal(false);
  const show = room.show.value;
  const heard = room.reported.value?.outcome ?? null;
  if (account.user.value?.id === show.creator.id) return null;
  return (
    <>
      <ActionButton icon="flag" label={report.show} onClick={() => account.ask(() => (open.value = true))} />
      <p role="status" class={`${layout.quiet} ${styles.heard}`}>
        {heard && (
          <>
            {report.heard[heard]} <a href={at("/me/cases#reports")}>{report.all}</a>
          </>
        )}
      </p>
      {open.value && (
        <ReportDialog target={{ show: show.id }} quote={show.title} onClose={() => (open.value = false)} />
      )}
    </>
  );
}
