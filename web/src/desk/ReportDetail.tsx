// One case with everything needed to judge it: what stood there, who it is about, and each report.
import { Fragment } from "preact";
import type { ReportCase } from "../core/reports.ts";
import { at } from "../core/shopPath.ts";
import type { ReportDesk } from "../state/reports.ts";
import { Button } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { Badge, Note } from "../ui/Note.tsx";
import { nameIn, report } from "../ui/reportStrings.ts";
import { formatTime } from "../ui/strings.ts";

interface ReportDetailProps {
  readonly desk: ReportDesk;
  readonly busy: boolean;
  readonly onTake: (found: ReportCase) => void;
  readonly onAsk: (outcome: "no_violation" | "action_taken") => void;
  readonly onReopen: (found: ReportCase) => void;
}

export function ReportDetail({ desk, busy, onTake, onAsk, onReopen }: ReportDetailProps) {
  const found = desk.selected.value;
  const words = report.desk;
  if (!found) return <p class={layout.empty}>{words.choose}</p>;
  const held = desk.heldByOther(found);
  return (
    <article class={layout.card} aria-label={nameIn(desk.categories.value, found.category)}>
      <h2>{nameIn(desk.categories.value, found.category)}</h2>
      {found.claim && (
        <Note tone={held ? "warn" : "good"}>{held ? words.heldBy(found.claim.by.display_name) : words.heldByYou}</Note>
      )}
      <Facts found={found} />
      <h3>{words.quote}</h3>
      <p class={layout.prose} dir="auto">
        {found.quote}
      </p>
      <Reports desk={desk} found={found} />
      {found.resolution ? (
        <div class={layout.row}>
          <Button busy={busy} onClick={() => onReopen(found)}>
            {words.reopen}
          </Button>
        </div>
      ) : (
        <div class={layout.row}>
          <Button busy={busy} onClick={() => onTake(found)}>
            {words.take}
          </Button>
          <Button look="primary" busy={busy} onClick={() => onAsk("no_violation")}>
            {words.fine}
          </Button>
          <Button look="danger" busy={busy} onClick={() => onAsk("action_taken")}>
            {words.act}
          </Button>
        </div>
      )}
    </article>
  );
}

function Facts({ found }: { readonly found: ReportCase }) {
  const words = report.desk;
  const rows: (readonly [string, string])[] = [
    [words.about, report.kinds[found.kind]],
    [words.reportedPerson, `${found.user.display_name} (${found.user.handle})`],
    [words.opened, formatTime(found.opened_at)],
    ...(found.resolution ? decisionOf(found.resolution) : []),
    ...(found.past ? ([[words.past, words.pastOf(found.past.action_taken, found.past.no_violation)]] as const) : []),
  ];
  return (
    <dl class={layout.facts}>
      {rows.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
      <dt>{words.inShow}</dt>
      <dd>
        {found.show.title} <a href={at(`/s/${encodeURIComponent(found.show.id)}`)}>{words.openShow}</a>
      </dd>
    </dl>
  );
}

function decisionOf(made: NonNullable<ReportCase["resolution"]>): (readonly [string, string])[] {
  const words = report.desk;
  return [
    [words.decision, words.decidedBy(made.outcome, made.by.display_name, formatTime(made.at))],
    [words.why, made.reason],
  ];
}

function Reports({ desk, found }: { readonly desk: ReportDesk; readonly found: ReportCase }) {
  return (
    <section aria-label={report.desk.reporters(found.count)}>
      <h3>{report.desk.reporters(found.count)}</h3>
      <ul class={layout.list}>
        {found.reports?.map((each) => (
          <li key={each.by.id}>
            <p>
              <strong>{each.by.display_name}</strong> · {nameIn(desk.categories.value, each.category)} ·{" "}
              {formatTime(each.at)} {each.doubted && <Badge tone="warn">{report.desk.doubted}</Badge>}
            </p>
            {each.text !== null && (
              <p class={layout.prose} dir="auto">
                {each.text}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
