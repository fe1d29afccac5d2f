// For pages that make sense only for somebody signed in, with the right role.
import type { ComponentChildren } from "preact";
import type { Account } from "../state/account.ts";
import { Button } from "./Button.tsx";
import layout from "./layout.module.css";
import { text } from "./strings.ts";

interface SignInGateProps {
  readonly account: Account;
  readonly allowed: boolean;
  readonly title: string;
  /** Words for a guest, and for somebody whose role does not reach. */
  readonly invitation: string;
  readonly refusal: string;
  readonly children: ComponentChildren;
}

export function SignInGate({ account, allowed, title, invitation, refusal, children }: SignInGateProps) {
  if (!account.known.value) return <main class={layout.page} aria-busy="true" />;
  if (account.user.value && allowed) return <>{children}</>;
  return (
    <main class={`${layout.page} ${layout.narrow}`}>
      {account.user.value ? (
        <p class={layout.empty}>{refusal}</p>
      ) : (
        <section class={layout.card}>
          <h1>{title}</h1>
          <p>{invitation}</p>
          <Button look="primary" onClick={() => account.ask()}>
            {text.account.signIn}
          </Button>
        </section>
      )}
    </main>
  );
}
