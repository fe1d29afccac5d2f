// A modal dialog: the native element, which keeps the focus inside and gives it back to where it was.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import styles from "./Dialog.module.css";
import { Icon } from "./Icon.tsx";
import { cross } from "./icons.ts";
import { text } from "./strings.ts";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Open while it is rendered. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    // The browser would put the focus on the close button, which comes first. Under fingers a field would bring the
    // keyboard, which hides the rest.
    if (!matchMedia("(pointer: coarse)").matches)
      dialog?.querySelector<HTMLElement>("input:checked, input:not([type=radio]), select, textarea")?.focus();
    // Closing before the element goes lets the browser restore the focus.
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      class={styles.dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        // A file picker inside that is closed says the same word.
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
    >
      <div class={styles.inside}>
        <div class={styles.head}>
          <h2 id={titleId}>{title}</h2>
          <button type="button" class={styles.close} aria-label={text.close} onClick={onClose}>
            <Icon of={cross} />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
