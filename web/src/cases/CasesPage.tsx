// Each decision about this person with its statement of reasons: what, when, by which rule, why, and what can be done.
import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { useEffect } from "preact/hooks";
import type { Case } from "../core/rest.ts";
import { Cases } from "../state/cases.ts";
import { Button } from "../ui/Button.tsx";
import { cases as words } from "../ui/caseStrings.ts";
import layout from "../ui/layout.module.css";
import type { PageContext } from "../ui/mount.tsx";
import { ErrorNote } from "../ui/Note.tsx";
import { SignInGate } from "../ui/SignInGate.tsx";
import { formatTime } from "../ui/strings.ts";
import { OwnReports } from "./OwnReports.tsx";

export function CasesPage(context: PageContext) {
  const { account } = context;
  return (
    <SignInGate account={account} allowed title={words.title} invitation={words.signInFirst} refusal="">
      <SignedIn key={account.user.value?.id} {...context} />
    </SignInGate>
  );
}

function SignedIn({ http }: PageContext) {
  const state = useSignal(new Cases(http)).value;
  useEffect(() => void state.more(), []);
  const found = state.cases.value;
  return (
    <main class={layout.page} aria-busy={state.busy.value}>
      <h1>{words.title}</h1>
      <p class={layout.muted}>{words.about}</p>
      <ErrorNote error={state.error.value} />
      {found.length === 0 && state.complete.value && <p class={layout.empty}>{words.none}</p>}
      <ul class={layout.list}>
        {found.map((each) => (
          <li key={each.number}>
            <CaseItem each={each} />
          </li>
        ))}
      </ul>
      {!state.complete.value && (
        <Button busy={state.busy.value} onClick={() => void state.more()}>
          {words.more}
        </Button>
      )}
      <OwnReports http={http} />
    </main>
  );
}

function CaseItem({ each }: { readonly each: Case }) {
  const rows: readonly (readonly [string, string | null])[] = [
    [words.decided, formatTime(each.at)],
    [words.by, words.deciders[each.by]],
    [words.quote, each.quote],
    [words.ground, each.code === null ? null : (words.codes[each.code] ?? each.code)],
    [words.reason, each.reason],
    [words.rule, each.rule],
    [words.subject, each.subject],
    [words.appeal, words.appeals[each.kind] ?? words.otherAppeal],
    [words.receipt, words.receiptOf(each.number, each.hash)],
  ];
  return (
    <article class={layout.card}>
      <h2>{words.kinds[each.kind] ?? each.kind}</h2>
      <dl class={layout.facts}>
        {rows.map(
          ([name, value]) =>
            value && (
              <Fragment key={name}>
                <dt>{name}</dt>
                <dd class={layout.prose} dir="auto">
                  {value}
                </dd>
              </Fragment>
            ),
        )}
      </dl>
    </article>
  );
}
