// Rows of the moderation log, as moderators read them, and the button for the older ones.
import { Fragment } from "preact";
import type { LogEntry, LogPerson } from "../core/rest.ts";
import type { ModerationLog } from "../state/moderationLog.ts";
import { linkTo } from "../state/place.ts";
import { Button } from "../ui/Button.tsx";
import { cases } from "../ui/caseStrings.ts";
import { deskText } from "../ui/deskStrings.ts";
import layout from "../ui/layout.module.css";
import { formatTime } from "../ui/strings.ts";
import styles from "./LogSection.module.css";

const words = deskText.log;

interface LogEntriesProps {
  readonly log: ModerationLog;
  /** The person that all of them are about is not named in each. */
  readonly named?: boolean;
}

export function LogEntries({ log, named = true }: LogEntriesProps) {
  const entries = log.entries.value ?? [];
  return (
    <>
      <ol class={styles.entries}>
        {entries.map((each) => (
          <li key={each.number}>
            <Entry each={each} named={named} />
          </li>
        ))}
      </ol>
      {log.next.value !== null && (
        <Button busy={log.busy.value} onClick={() => void log.more()}>
          {deskText.more}
        </Button>
      )}
    </>
  );
}

function Entry({ each, named }: { readonly each: LogEntry; readonly named: boolean }) {
  const rows: readonly (readonly [string, string | null])[] = [
    [cases.ground, each.code === null ? null : (cases.codes[each.code] ?? each.code)],
    [cases.reason, each.reason ?? (each.words_deleted ? words.wordsDeleted : null)],
    [cases.quote, each.quote],
    [cases.rule, each.rule],
    [cases.subject, each.subject],
    [words.evidence, each.evidence],
    [cases.receipt, cases.receiptOf(each.number, each.hash)],
  ];
  return (
    <details class={styles.entry}>
      <summary>
        <span class={styles.summary}>
          <strong>{words.kinds[each.kind] ?? each.kind}</strong>
          {named && each.user && <span>{nameOf(each.user)}</span>}
          <span class={layout.muted}>
            {each.by === null ? words.operator : nameOf(each.by)} ·{" "}
            <time dateTime={each.at}>{formatTime(each.at)}</time>
          </span>
          {(each.reason ?? each.quote) !== null && (
            <span class={styles.words} dir="auto">
              {each.reason ?? each.quote}
            </span>
          )}
        </span>
      </summary>
      <dl class={`${layout.facts} ${layout.small}`}>
        {rows.map(
          ([name, value]) =>
            value !== null && (
              <Fragment key={name}>
                <dt>{name}</dt>
                <dd class={`${layout.prose} ${layout.breaking}`} dir="auto">
                  {value}
                </dd>
              </Fragment>
            ),
        )}
      </dl>
      {each.user?.handle && (
        <a href={linkTo({ section: "cases", what: each.user.handle })}>{deskText.sections.cases}</a>
      )}
    </details>
  );
}

function nameOf(person: LogPerson): string {
  return person.display_name === null ? person.id : deskText.cases.of(person.display_name, person.handle ?? "");
}
