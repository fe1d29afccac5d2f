// What became of what this person has reported, newest first; not by whom it was decided.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Http } from "../core/http.ts";
import type { Report } from "../core/protocol.ts";
import { OwnReportList } from "../state/ownReports.ts";
import { Button } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { Badge, ErrorNote } from "../ui/Note.tsx";
import { nameIn, report } from "../ui/reportStrings.ts";
import { formatTime } from "../ui/strings.ts";

export function OwnReports({ http }: { readonly http: Http }) {
  const state = useSignal(new OwnReportList(http)).value;
  useEffect(() => void state.more(), []);
  const found = state.reports.value;
  return (
    <section id="reports" aria-label={report.own} aria-busy={state.busy.value}>
      <h2>{report.own}</h2>
      <ErrorNote error={state.error.value} />
      {found.length === 0 && state.complete.value && <p class={layout.empty}>{report.none}</p>}
      <ul class={layout.list}>
        {found.map((each) => (
          <li key={each.id}>
            <Item each={each} name={nameIn(state.categories.value, each.category)} />
          </li>
        ))}
      </ul>
      {!state.complete.value && (
        <Button busy={state.busy.value} onClick={() => void state.more()}>
          {report.more}
        </Button>
      )}
    </section>
  );
}

function Item({ each, name }: { readonly each: Report; readonly name: string }) {
  return (
    <article class={layout.card} aria-label={name}>
      <h3>{name}</h3>
      <p class={layout.muted}>
        {report.kinds[each.kind]} · {report.at} {formatTime(each.at)}
      </p>
      {each.text !== null && (
        <p class={layout.prose} dir="auto">
          {each.text}
        </p>
      )}
      <p>
        {each.outcome === null ? <Badge>{report.waits}</Badge> : report.heard[each.outcome]}
        {each.decided_at !== null && <span class={layout.muted}> {formatTime(each.decided_at)}</span>}
      </p>
    </article>
  );
}
