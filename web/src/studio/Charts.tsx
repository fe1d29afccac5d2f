// How a show goes, as four small lines: how many watch, like and order, and for how much.
import { formatMoney } from "../core/money.ts";
import { lineOf, type Moment } from "../state/course.ts";
import { studioText } from "../ui/studioStrings.ts";
import { work } from "../ui/workStrings.ts";
import styles from "./Charts.module.css";

const WIDTH = 160;
const HEIGHT = 40;

interface ChartsProps {
  readonly moments: readonly Moment[];
  /** Of the sales. */
  readonly currency: string;
}

export function Charts({ moments, currency }: ChartsProps) {
  const last = moments.at(-1);
  if (!last) return null;
  const words = studioText.charts;
  const { number } = work.figures;
  const lines = [
    { name: words.viewers, values: moments.map(({ viewers }) => viewers), now: number(last.viewers) },
    { name: words.likes, values: moments.map(({ likes }) => likes), now: number(last.likes) },
    { name: words.orders, values: moments.map(({ orders }) => orders), now: number(last.orders) },
    {
      name: words.sales,
      values: moments.map(({ sales_minor }) => sales_minor),
      now: formatMoney({ amount_minor: last.sales_minor, currency }),
    },
  ];
  return (
    <ul class={styles.charts}>
      {lines.map(({ name, values, now }) => (
        <li key={name} class={styles.chart}>
          <span class={styles.name}>{name}</span>
          <strong class={styles.now}>{now}</strong>
          <svg
            role="img"
            aria-label={words.course(name, now)}
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            preserveAspectRatio="none"
          >
            <polyline points={lineOf(values, WIDTH, HEIGHT)} fill="none" vector-effect="non-scaling-stroke" />
          </svg>
        </li>
      ))}
    </ul>
  );
}
