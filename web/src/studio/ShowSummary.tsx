// What came of a show, once it is over: how long, how many, how much, and who brought people.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatMoney } from "../core/money.ts";
import type { Referrals } from "../core/rest.ts";
import { at } from "../core/shopPath.ts";
import type { Hosting } from "../state/hosting.ts";
import { ButtonLink } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { studioText } from "../ui/studioStrings.ts";
import { work } from "../ui/workStrings.ts";
import styles from "./Charts.module.css";

export function ShowSummary({ hosting }: { readonly hosting: Hosting }) {
  const brought = useSignal<Referrals | null>(null);
  useEffect(() => {
    // A courtesy: without it the rest is as good.
    hosting.referrals().then(
      (found) => (brought.value = found),
      () => undefined,
    );
  }, []);
  const show = hosting.room.show.value;
  const figures = hosting.figures.value;
  const words = studioText.summary;
  const lastedMs = show.started_at && show.ended_at ? Date.parse(show.ended_at) - Date.parse(show.started_at) : null;
  const { number } = work.figures;
  const facts: readonly (readonly [name: string, value: string])[] = [
    ...(lastedMs === null ? [] : [[words.lasted, words.minutes(Math.max(1, Math.round(lastedMs / 60_000)))] as const]),
    ...(figures === null
      ? []
      : ([
          // What is kept is some seconds old; this page was there to the end.
          [work.figures.peak, number(Math.max(figures.peak_viewers, hosting.room.viewers.value))],
          [work.figures.unique, work.figures.about(figures.unique_viewers)],
          [work.figures.likes, number(Math.max(figures.likes, hosting.room.likes.total.value))],
          [words.orders, number(figures.orders?.count ?? 0)],
          [words.sales, figures.orders?.sales.map((money) => formatMoney(money)).join(" · ") || words.nothing],
          [
            work.figures.gifts,
            work.figures.brought(
              figures.gifts?.count ?? 0,
              (figures.gifts?.proceeds ?? []).map((money) => formatMoney(money)),
            ),
          ],
        ] as const)),
    ...(brought.value === null ? [] : [[words.brought, words.people(brought.value.people)] as const]),
  ];
  return (
    <section class={layout.card} aria-label={words.title}>
      <h2>{words.title}</h2>
      <dl class={styles.charts}>
        {facts.map(([name, value]) => (
          <div key={name} class={styles.chart}>
            <dt class={styles.name}>{name}</dt>
            <dd class={styles.now}>{value}</dd>
          </div>
        ))}
      </dl>
      {brought.value && brought.value.top.length > 0 && (
        <p class={layout.muted}>
          {brought.value.top.map(({ user, people }) => words.top(user.display_name, people)).join(", ")}
        </p>
      )}
      <div class={layout.row}>
        <ButtonLink small href={at(`/api/v1/sales.csv?show=${encodeURIComponent(show.id)}`)}>
          {words.orderFile}
        </ButtonLink>
      </div>
    </section>
  );
}
