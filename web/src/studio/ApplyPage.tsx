// What the studio is to a viewer: what creators do, what is missing to become one, and the way to ask.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Verdict } from "../core/eligible.ts";
import { at } from "../core/shopPath.ts";
import { Standing } from "../state/standing.ts";
import { Button } from "../ui/Button.tsx";
import { eligibility } from "../ui/eligibilityStrings.ts";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import type { PageContext } from "../ui/mount.tsx";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { formatTime } from "../ui/strings.ts";
import { Missing } from "./EligibilityCard.tsx";

export function ApplyPage({ http, account, toasts }: PageContext) {
  const standing = useSignal(new Standing(http)).value;
  const task = useTask();
  const words = eligibility.apply;
  const isViewer = account.user.value?.role === "viewer";
  const verdict = standing.verdict.value;
  const apply = () =>
    task.run(async () => {
      await standing.apply();
      if (standing.verdict.value?.creator) {
        toasts.say(words.granted, "good");
        await account.refresh();
      }
    });
  useEffect(() => {
    if (isViewer) void standing.refresh();
  }, []);
  return (
    <main class={`${layout.page} ${layout.narrow}`}>
      <section class={layout.card} aria-label={words.title}>
        <h1>{words.title}</h1>
        <p>{isViewer ? words.about : words.staff}</p>
        <ErrorNote error={standing.error.value} />
        {isViewer && verdict && <Answer verdict={verdict} />}
        <ErrorNote error={task.error.value} />
        {isViewer && verdict?.may_apply && (
          <Button look="primary" busy={task.busy.value} onClick={apply}>
            {words.action}
          </Button>
        )}
      </section>
    </main>
  );
}

function Answer({ verdict }: { readonly verdict: Verdict }) {
  const words = eligibility.apply;
  if (verdict.application?.state === "waiting") return <Note>{words.waiting(formatTime(verdict.application.at))}</Note>;
  return (
    <>
      {verdict.application?.state === "refused" && (
        <Note tone="warn">
          {words.refused} <a href={at("/me/cases")}>{words.cases}</a>
        </Note>
      )}
      {!verdict.eligible && <Missing verdict={verdict} />}
    </>
  );
}
