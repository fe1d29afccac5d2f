// Buttons, and links that look like them. `busy` keeps the name and says that something is going on.
import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import styles from "./Button.module.css";

export type ButtonLook = "plain" | "primary" | "danger" | "quiet";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: ButtonLook;
  readonly small?: boolean;
  readonly busy?: boolean;
}

export function Button({ look = "plain", small = false, busy = false, type = "button", ...rest }: ButtonProps) {
  const disabled = busy || rest.disabled === true;
  return <button {...rest} type={type} disabled={disabled} aria-busy={busy} class={classes(look, small)} />;
}

interface LinkProps {
  readonly href: string;
  readonly look?: ButtonLook;
  readonly small?: boolean;
  readonly children: ComponentChildren;
}

export function ButtonLink({ href, look = "plain", small = false, children }: LinkProps) {
  return (
    <a href={href} class={classes(look, small)}>
      {children}
    </a>
  );
}

function classes(look: ButtonLook, small: boolean): string {
  return [styles.button, look === "plain" ? "" : styles[look], small ? styles.small : ""].filter(Boolean).join(" ");
}
