// How review goes: how long topics wait, how many are decided, and how often a second look saw it otherwise.
import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { useEffect } from "preact/hooks";
import type { DeskFigures } from "../core/rest.ts";
import { whileVisible } from "../state/visible.ts";
import { deskText, formatDuration } from "../ui/deskStrings.ts";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { numbers } from "../ui/strings.ts";
import { useDesk } from "./context.ts";
import styles from "./FiguresSection.module.css";

const words = deskText.figures;
const REFRESH_MS = 60_000;

export function FiguresSection() {
  const { http } = useDesk();
  const figures = useSignal<DeskFigures | null>(null);
  const task = useTask();
  useEffect(
    () =>
      whileVisible(REFRESH_MS, () => {
        void task.run(async () => {
          figures.value = (await http.get<{ figures: DeskFigures }>("desk/figures")).figures;
        });
      }),
    [],
  );
  return (
    <div class={layout.stack} aria-busy={figures.value === null}>
      <ErrorNote error={task.error.value} />
      {figures.value && <All figures={figures.value} />}
    </div>
  );
}

function All({ figures: { queue, decisions, appeals, second_opinions } }: { readonly figures: DeskFigures }) {
  const { by_hour, by_status } = decisions;
  return (
    <div class={styles.cards}>
      <Card
        title={words.queue}
        rows={[
          [words.waiting, numbers.format(queue.waiting)],
          [words.oldest, long(queue.oldest_wait_s)],
          [words.median, long(queue.median_wait_s)],
        ]}
      />
      <Card
        title={words.decisions}
        rows={[
          [words.all, numbers.format(by_hour.reduce((sum, each) => sum + each, 0))],
          [words.lastHour, numbers.format(by_hour.at(-1) ?? 0)],
          [words.approved, numbers.format(by_status.approved ?? 0)],
          [words.rejected, numbers.format(by_status.rejected ?? 0)],
          [words.changesRequested, numbers.format(by_status.changes_requested ?? 0)],
          [words.decidedAfter, long(decisions.median_wait_s)],
        ]}
      />
      <Card
        title={words.second}
        rows={[
          [words.appeals, numbers.format(appeals.made)],
          [words.judged, numbers.format(appeals.judged)],
          [words.overturned, numbers.format(appeals.overturned)],
          [words.rate, appeals.overturn_rate === null ? words.nothing : words.percent(appeals.overturn_rate)],
          [words.opinions, numbers.format(second_opinions.asked)],
          [words.opinionsJudged, numbers.format(second_opinions.judged)],
        ]}
      />
      <Hours counts={by_hour} />
    </div>
  );
}

interface CardProps {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}

function Card({ title, rows }: CardProps) {
  return (
    <section class={layout.card} aria-label={title}>
      <h2>{title}</h2>
      <dl class={styles.rows}>
        {rows.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

function Hours({ counts }: { readonly counts: readonly number[] }) {
  const most = Math.max(1, ...counts);
  return (
    <section class={`${layout.card} ${styles.wide}`} aria-label={words.byHour}>
      <h2>{words.byHour}</h2>
      <ol class={styles.hours}>
        {counts.map((decisions, place) => {
          const ago = counts.length - 1 - place;
          return (
            <li key={ago} title={words.hour(ago, decisions)}>
              <span class={styles.bar} style={{ height: `${(decisions / most) * 100}%` }} />
              <span class="visually-hidden">{words.hour(ago, decisions)}</span>
            </li>
          );
        })}
      </ol>
      <p class={`${layout.between} ${layout.muted} ${layout.small}`} aria-hidden="true">
        <span>{words.earliest}</span>
        <span>{words.latest}</span>
      </p>
    </section>
  );
}

function long(seconds: number | null): string {
  return seconds === null ? words.nothing : formatDuration(seconds);
}
