// What a person sets for himself, what the shop has about him, and the end of his account.
import { useSignal } from "@preact/signals";
import type { User } from "../core/protocol.ts";
import { at } from "../core/shopPath.ts";
import { Departure } from "../state/departure.ts";
import { ButtonLink } from "../ui/Button.tsx";
import { SelectField } from "../ui/Field.tsx";
import { choose, LANGUAGES } from "../ui/LanguageChoice.tsx";
import { currentLanguage, type Language } from "../ui/language.ts";
import layout from "../ui/layout.module.css";
import { me } from "../ui/meStrings.ts";
import type { PageContext } from "../ui/mount.tsx";
import { SignInGate } from "../ui/SignInGate.tsx";
import { DeleteSection } from "./DeleteSection.tsx";
import { RemindersSection } from "./RemindersSection.tsx";
import { ShoppingSection } from "./ShoppingSection.tsx";

export function SettingsPage(context: PageContext) {
  const { account, http } = context;
  const departure = useSignal(new Departure(http)).value;
  if (departure.done.value) return <Gone />;
  return (
    <SignInGate account={account} allowed title={me.title} invitation={me.signInFirst} refusal="">
      {account.user.value && (
        <Settings key={account.user.value.id} user={account.user.value} departure={departure} {...context} />
      )}
    </SignInGate>
  );
}

interface SettingsProps extends PageContext {
  readonly user: User;
  readonly departure: Departure;
}

function Settings({ user, departure, ...context }: SettingsProps) {
  const { http, account } = context;
  return (
    <main class={`${layout.page} ${layout.reading}`}>
      <div>
        <h1>{me.title}</h1>
        <p class={layout.muted}>{me.signedInAs(user.display_name, user.handle)}</p>
      </div>
      <section class={layout.card} aria-labelledby="language">
        <h2 id="language">{me.language}</h2>
        <SelectField
          label={me.languageLabel}
          hint={me.languageHint}
          value={currentLanguage()}
          options={LANGUAGES.map(([code, name]) => [code, code === "en" ? "English" : name] as const)}
          onPick={(code) => choose(code as Language)}
        />
      </section>
      <ShoppingSection http={http} />
      <RemindersSection {...context} />
      <section class={layout.card} aria-labelledby="data">
        <h2 id="data">{me.data}</h2>
        <p>{me.exportAbout}</p>
        <div class={layout.row}>
          <a href={at("/api/v1/me/export")} download="livecart.jsonl">
            {me.export}
          </a>
          <a href={at("/me/cases")}>{me.cases}</a>
        </div>
      </section>
      <DeleteSection departure={departure} user={user} onLeft={() => account.assumeGuest()} />
    </main>
  );
}

function Gone() {
  return (
    <main class={`${layout.page} ${layout.narrow}`}>
      <section class={layout.card} role="status">
        <h1>{me.gone}</h1>
        <p>{me.goneAbout}</p>
        <ButtonLink href={at("/")}>{me.toShows}</ButtonLink>
      </section>
    </main>
  );
}
