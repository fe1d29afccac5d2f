// Buttons, and links that look like them. `busy` keeps the name and the focus, says that something is going on, and takes
// no other press meanwhile.
import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import styles from "./Button.module.css";

export type ButtonLook = "plain" | "primary" | "danger" | "quiet";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: ButtonLook;
  readonly small?: boolean;
  readonly busy?: boolean;
}

export function Button({ look = "plain", small = false, busy = false, type = "button", ...rest }: ButtonProps) {
  // One that is disabled loses the focus, and whoever works by keyboard starts anew at the top of the page.
  const meanwhile = busy && { "aria-disabled": true, onClick: (event: Event) => event.preventDefault() };
  return <button {...rest} {...meanwhile} type={type} aria-busy={busy} class={classes(look, small)} />;
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
