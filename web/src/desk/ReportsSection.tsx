// The desk's reports: the cases on one side, the chosen one on the other, and one key for each action.
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Outcome } from "../core/protocol.ts";
import type { ReportCase } from "../core/reports.ts";
import { type Deed, ReportDesk } from "../state/reports.ts";
import { whileVisible } from "../state/visible.ts";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { Badge, ErrorNote } from "../ui/Note.tsx";
import { nameIn, refusalText, report } from "../ui/reportStrings.ts";
import { formatTime } from "../ui/strings.ts";
import { useDesk } from "./context.ts";
import { useKeys } from "./keys.ts";
import styles from "./QueueList.module.css";
import { ReasonDialog } from "./ReasonDialog.tsx";
import { ReportDetail } from "./ReportDetail.tsx";
import { VerdictDialog } from "./VerdictDialog.tsx";

/** News comes by the socket; this is for what it missed. */
const REFRESH_MS = 60_000;

export function ReportsSection() {
  const { http, feed, toasts } = useDesk();
  const desk = useMemo(() => new ReportDesk(http, () => feed.serverNow()), []);
  const task = useTask();
  const dialog = useSignal<Outcome | null>(null);
  const reopening = useSignal<ReportCase | null>(null);
  const chosen = desk.selected.value;

  const take = (found: ReportCase) => {
    if (desk.selected.value?.id !== found.id) desk.select(found.id);
    if (found.resolution) return Promise.resolve(false);
    return task.run(() => desk.claim(found));
  };
  const ask = (outcome: Outcome) => {
    const found = desk.selected.value;
    // Claimed before the words are written: nobody writes a reason for a case that is already decided.
    if (!found || found.resolution) return;
    void take(found).then((mine) => {
      if (mine) dialog.value = outcome;
    });
  };
  const resolve = async (outcome: Outcome, reason: string, deed: Deed | null) => {
    const found = desk.selected.value;
    if (!found) return;
    const done = await task.run(() => desk.resolve(found, outcome, reason, deed));
    // The words are kept for another try unless somebody was faster.
    if (done || task.error.value?.status === 409) dialog.value = null;
    if (done) toasts.say(report.desk.resolved(outcome), "good");
  };

  useEffect(() => whileVisible(REFRESH_MS, () => void desk.refresh()), []);
  useEffect(
    () =>
      feed.listen({
        onNews: (news) => news.about === "report" && void desk.refresh(),
        onGap: () => void desk.refresh(),
      }),
    [],
  );
  const { meanings } = report.desk;
  useKeys(report.desk.title, [
    { press: "j", meaning: meanings.next, run: () => desk.move(1) },
    { press: "k", meaning: meanings.previous, run: () => desk.move(-1) },
    { press: "Enter", meaning: meanings.take, run: () => chosen && void take(chosen) },
    { press: "n", meaning: meanings.fine, run: () => ask("no_violation") },
    { press: "a", meaning: meanings.act, run: () => ask("action_taken") },
    { press: "m", meaning: meanings.mine, run: () => void desk.showMine(!desk.mine.value) },
    { press: "d", meaning: meanings.decided, run: () => void desk.showDecided(!desk.decided.value) },
    {
      press: "u",
      meaning: meanings.reopen,
      run: () => (reopening.value = desk.selected.value?.resolution ? desk.selected.value : null),
    },
  ]);
  return (
    <section class={layout.stack} aria-label={report.desk.title}>
      <div class={layout.row}>
        <label class={layout.row}>
          <input
            type="checkbox"
            checked={desk.mine.value}
            onChange={({ currentTarget }) => void desk.showMine(currentTarget.checked)}
          />
          {report.desk.mine}
        </label>
        <label class={layout.row}>
          <input
            type="checkbox"
            checked={desk.decided.value}
            onChange={({ currentTarget }) => void desk.showDecided(currentTarget.checked)}
          />
          {report.desk.decided}
        </label>
      </div>
      <ErrorNote error={desk.error.value} />
      {dialog.value === null && <ErrorNote error={task.error.value} told={refusalText} />}
      <div class={layout.aside}>
        <CaseList desk={desk} onTake={take} />
        <ReportDetail
          desk={desk}
          busy={task.busy.value}
          onTake={take}
          onAsk={ask}
          onReopen={(found) => (reopening.value = found)}
        />
      </div>
      {reopening.value && (
        <ReasonDialog
          title={report.desk.reopenTitle}
          about={report.desk.reopenAbout}
          action={report.desk.reopen}
          refusals={report.desk.refusals}
          onSend={async (reason) => {
            if (reopening.value) await desk.reopen(reopening.value, reason);
            toasts.say(report.desk.reopened, "good");
          }}
          onClose={() => (reopening.value = null)}
        />
      )}
      {chosen && dialog.value !== null && (
        <VerdictDialog
          found={chosen}
          outcome={dialog.value}
          busy={task.busy.value}
          error={task.error.value}
          onResolve={resolve}
          onClose={() => (dialog.value = null)}
        />
      )}
    </section>
  );
}

interface CaseListProps {
  readonly desk: ReportDesk;
  readonly onTake: (found: ReportCase) => void;
}

function CaseList({ desk, onTake }: CaseListProps) {
  const cases = desk.cases.value;
  const words = report.desk;
  return (
    <section class={layout.card} aria-label={report.desk.title} aria-busy={cases === null}>
      <h2>{desk.decided.value ? words.decidedCases(cases?.length ?? 0) : words.waiting(cases?.length ?? 0)}</h2>
      {cases?.length === 0 && <p class={layout.empty}>{desk.decided.value ? words.noneDecided : words.empty}</p>}
      <ul>
        {cases?.map((found) => (
          <li key={found.id}>
            <button
              type="button"
              class={styles.item}
              aria-current={found.id === desk.selected.value?.id}
              onClick={() => onTake(found)}
            >
              <strong>{nameIn(desk.categories.value, found.category)}</strong>
              <span dir="auto">{found.quote}</span>
              <span class={`${layout.muted} ${layout.small}`}>
                {report.kinds[found.kind]} · {report.desk.reporters(found.count)} · {formatTime(found.opened_at)}
              </span>
              {desk.heldByOther(found) && found.claim && (
                <span class={layout.small}>
                  <Badge>{report.desk.heldBy(found.claim.by.display_name)}</Badge>
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
