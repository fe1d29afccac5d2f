// A question with one consequence, asked before it happens.
import type { ComponentChildren } from "preact";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import layout from "./layout.module.css";
import { text } from "./strings.ts";

interface ConfirmProps {
  readonly title: string;
  readonly body: string;
  readonly action: string;
  readonly busy: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** Why it did not work. */
  readonly children?: ComponentChildren;
}

export function Confirm({ title, body, action, busy, onConfirm, onClose, children }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{body}</p>
      {children}
      <div class={layout.actions}>
        <Button onClick={onClose}>{text.cancel}</Button>
        <Button look="primary" busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
