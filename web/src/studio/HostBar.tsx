// What a host needs at any moment, in reach of the thumb: on a phone the page is long.
import type { Hosting } from "../state/hosting.ts";
import { useTask } from "../ui/form.ts";
import { ErrorNote } from "../ui/Note.tsx";
import { CallersWait } from "./CallersWait.tsx";
import { EndShow } from "./EndShow.tsx";
import styles from "./HostBar.module.css";
import { NextButton } from "./RunSheet.tsx";

interface HostBarProps {
  readonly hosting: Hosting;
  /** How many ask to speak. */
  readonly callers: number;
}

export function HostBar({ hosting, callers }: HostBarProps) {
  const task = useTask();
  return (
    <div class={styles.bar}>
      <ErrorNote error={task.error.value} />
      <CallersWait people={callers} />
      <div class={styles.buttons}>
        <NextButton
          hosting={hosting}
          busy={task.busy.value}
          onShow={(product) => task.run(() => hosting.showProduct(product))}
        />
        <EndShow hosting={hosting} />
      </div>
    </div>
  );
}
