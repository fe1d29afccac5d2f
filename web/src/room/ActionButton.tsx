// A sign with a name: a round one on a phone, with its words beside it where there is room.
import type { ButtonHTMLAttributes } from "preact";
import { Icon } from "../ui/Icon.tsx";
import { bag, flag, gift, heart, inset, share } from "../ui/icons.ts";
import styles from "./RoomActions.module.css";

const SIGNS = { bag, flag, gift, heart, inset, share };

interface ActionButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: keyof typeof SIGNS;
  readonly label: string;
  readonly strong?: boolean;
}

export function ActionButton({ icon, label, strong = false, children, ...rest }: ActionButtonProps) {
  return (
    <button {...rest} type="button" title={label} class={strong ? `${styles.button} ${styles.strong}` : styles.button}>
      <Icon of={SIGNS[icon]} filled={icon === "heart"} />
      <span class={styles.label}>{label}</span>
      {children}
    </button>
  );
}
