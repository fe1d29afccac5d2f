// How many watch, watched and liked: what the host wants to know at a glance.
import { formatMoney } from "../core/money.ts";
import type { Hosting } from "../state/hosting.ts";
import layout from "../ui/layout.module.css";
import { work } from "../ui/workStrings.ts";
import { Charts } from "./Charts.tsx";

export function ShowFigures({ hosting }: { readonly hosting: Hosting }) {
  const figures = hosting.figures.value;
  if (figures === null) return null;
  const { number } = work.figures;
  return (
    <section class={layout.card} aria-label={work.figures.title}>
      <h2>{work.figures.title}</h2>
      <Charts
        moments={hosting.course.moments.value}
        currency={figures.orders?.sales[0]?.currency ?? hosting.room.bag.products.value[0]?.currency ?? "CNY"}
      />
      <dl class={layout.facts}>
        <dt>{work.figures.now}</dt>
        <dd>{number(hosting.room.viewers.value)}</dd>
        <dt>{work.figures.peak}</dt>
        <dd>{number(Math.max(figures.peak_viewers, hosting.room.viewers.value))}</dd>
        <dt>{work.figures.unique}</dt>
        <dd>{work.figures.about(figures.unique_viewers)}</dd>
        <dt>{work.figures.likes}</dt>
        <dd>{number(hosting.room.likes.total.value)}</dd>
        {figures.gifts && (
          <>
            <dt>{work.figures.gifts}</dt>
            <dd>
              {work.figures.brought(
                figures.gifts.count,
                figures.gifts.proceeds.map((money) => formatMoney(money)),
              )}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
