// Short texts with a tone: notes inside a form, badges, the connection and the toasts.
import type { ComponentChildren } from "preact";
import type { ApiError } from "../core/errors.ts";
import type { Toasts } from "../state/toasts.ts";
import styles from "./Note.module.css";
import { errorText, text } from "./strings.ts";

export type Tone = "plain" | "good" | "warn" | "bad" | "live";

interface TonedProps {
  readonly tone?: Tone;
  readonly children: ComponentChildren;
}

export function Note({ tone = "plain", children }: TonedProps) {
  return <div class={classes(styles.note, tone)}>{children}</div>;
}

interface ErrorProps {
  readonly error: ApiError | null;
  /** Words for it, where the usual ones say too little. */
  readonly told?: (error: ApiError) => string;
}

/** Read out at once; nothing when there is no error. */
export function ErrorNote({ error, told = errorText }: ErrorProps) {
  return error === null ? null : (
    <p role="alert" class={classes(styles.note, "bad")}>
      {told(error)}
    </p>
  );
}

export function Badge({ tone = "plain", children }: TonedProps) {
  return <span class={classes(styles.badge, tone)}>{children}</span>;
}

/** The state of a connection, read out when it changes. */
export function ConnectionBadge({ tone = "plain", children }: TonedProps) {
  return (
    <span role="status" aria-label={text.connection} class={classes(styles.badge, tone)}>
      {children}
    </span>
  );
}

export function ToastRegion({ toasts }: { readonly toasts: Toasts }) {
  return (
    <div role="status" aria-label={text.notices} class={styles.toasts}>
      {toasts.items.value.map((notice) => (
        <p key={notice.id} class={classes(styles.toast, notice.tone === "info" ? "plain" : notice.tone)}>
          {notice.text}
        </p>
      ))}
    </div>
  );
}

function classes(base: string | undefined, tone: Tone): string {
  return tone === "plain" ? `${base}` : `${base} ${styles[tone]}`;
}
