// A sign with a name: a round one on a phone, with its words beside it where there is room.
import type { ButtonHTMLAttributes } from "preact";
import { Icon, type IconName } from "../ui/Icon.tsx";
import styles from "./RoomActions.module.css";

interface ActionButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName;
  readonly label: string;
  readonly strong?: boolean;
}

export function ActionButton({ icon, label, strong = false, children, ...rest }: ActionButtonProps) {
  return (
    <button {...rest} type="button" title={label} class={strong ? `${styles.button} ${styles.strong}` : styles.button}>
      <Icon name={icon} filled={icon === "heart"} />
      <span class={styles.label}>{label}</span>
      {children}
    </button>
  );
}
