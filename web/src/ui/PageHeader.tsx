// The bar on top of each page: the other pages that this person may open, and who is signed in.
import { at } from "../core/shopPath.ts";
import type { Account } from "../state/account.ts";
import { Button } from "./Button.tsx";
import { useTask } from "./form.ts";
import { Icon, type Sign } from "./Icon.tsx";
import { gear, house, leave } from "./icons.ts";
import { lazy } from "./Lazy.tsx";
import styles from "./PageHeader.module.css";
import { text } from "./strings.ts";

const SignIn = lazy(() => import("./SignIn.tsx").then((part) => part.SignIn));
const LanguageChoice = lazy(() => import("./LanguageChoice.tsx").then((part) => part.LanguageChoice));

export type PageName = "home" | "studio" | "desk" | "room" | "verify" | "orders" | "cases" | "settings" | "missing";

interface PageHeaderProps {
  readonly account: Account;
  readonly here: PageName;
}

export function PageHeader({ account, here }: PageHeaderProps) {
  const pages = [
    { name: "home", href: at("/"), label: text.nav.home, open: true },
    { name: "orders", href: at("/orders"), label: text.nav.orders, open: account.user.value !== null },
    { name: "studio", href: at("/studio"), label: text.nav.studio, open: account.mayBroadcast.value },
    { name: "desk", href: at("/desk"), label: text.nav.desk, open: account.mayModerate.value },
  ];
  return (
    <header class={styles.header}>
      <div class={here === "room" ? `${styles.inside} ${styles.wide}` : styles.inside}>
        <a class={styles.brand} href={at("/")}>
          <NameOrSign name={text.brand} sign={house} />
        </a>
        <nav class={styles.nav} aria-label={text.nav.label}>
          {pages
            .filter((page) => page.open)
            .map((page) => (
              <a
                key={page.name}
                class={styles.link}
                href={page.href}
                aria-current={page.name === here ? "page" : undefined}
              >
                {page.label}
              </a>
            ))}
        </nav>
        <span class={styles.language}>
          <LanguageChoice />
        </span>
        <Identity account={account} />
      </div>
      {account.asking.value && <SignIn account={account} />}
    </header>
  );
}

/** Which of them is seen is for the width to say. */
function NameOrSign({ name, sign }: { readonly name: string; readonly sign: Sign }) {
  return (
    <>
      <span class={styles.name}>{name}</span>
      <span class={styles.sign}>
        <Icon of={sign} />
      </span>
    </>
  );
}

function Identity({ account }: { readonly account: Account }) {
  const task = useTask();
  const user = account.user.value;
  if (!account.known.value) return null;
  if (!user) {
    return (
      <Button key="in" look="primary" small onClick={() => account.ask()}>
        {text.account.signIn}
      </Button>
    );
  }
  return (
    <>
      <a class={styles.person} href={at("/me")} title={text.account.settings}>
        <NameOrSign name={user.display_name} sign={gear} />
      </a>
      {/* Another button than the one before, which has the focus again: Enter must not sign out who just came. */}
      <Button key="out" small busy={task.busy.value} onClick={() => task.run(() => account.signOut())}>
        <NameOrSign name={text.account.signOut} sign={leave} />
      </Button>
    </>
  );
}
