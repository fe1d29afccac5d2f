// Passing a show on: the link, which says who passed it on, and the same as a code for another phone's camera.
import { useSignal } from "@preact/signals";
import { at } from "../core/shopPath.ts";
import type { Room } from "../state/room.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { TextField } from "../ui/Field.tsx";
import layout from "../ui/layout.module.css";
import { shareText } from "../ui/shareStrings.ts";
import styles from "./ShareDialog.module.css";

interface ShareDialogProps {
  readonly room: Room;
  /** Of who passes it on. */
  readonly handle: string | undefined;
  readonly onClose: () => void;
}

export function ShareDialog({ room, handle, onClose }: ShareDialogProps) {
  const copied = useSignal(false);
  const { id, title } = room.show.value;
  const by = handle === undefined ? "" : `?by=${encodeURIComponent(handle)}`;
  const path = at(`/s/${encodeURIComponent(id)}`);
  const url = new URL(`${path}${by}`, location.href).href;
  // Closing the system's own sheet is no fault.
  const pass = () => void navigator.share({ title, url }).catch(() => undefined);
  const copy = () => navigator.clipboard.writeText(url).then(() => (copied.value = true));
  return (
    <Dialog title={shareText.title} onClose={onClose}>
      <img class={styles.code} src={at(`/api/v1/shows/${encodeURIComponent(id)}/qr.svg${by}`)} alt={shareText.code} />
      <TextField
        label={shareText.link}
        value={url}
        readOnly
        {...(handle === undefined ? {} : { hint: shareText.hint })}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <div class={layout.actions}>
        <span role="status">{copied.value && shareText.copied}</span>
        {/* Plain HTTP pages have no clipboard; the link itself can still be copied by hand. */}
        {navigator.clipboard && <Button onClick={copy}>{shareText.copy}</Button>}
        {"share" in navigator && (
          <Button look="primary" onClick={pass}>
            {shareText.pass}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
