// How many watch, watched and liked: what the host wants to know at a glance.
import type { Hosting } from "../state/hosting.ts";
import layout from "../ui/layout.module.css";
import { text } from "../ui/strings.ts";

export function ShowFigures({ hosting }: { readonly hosting: Hosting }) {
  const figures = hosting.figures.value;
  if (figures === null) return null;
  const { number } = text.figures;
  return (
    <section class={layout.card} aria-label={text.figures.title}>
      <h2>{text.figures.title}</h2>
      <dl class={layout.facts}>
        <dt>{text.figures.now}</dt>
        <dd>{number(hosting.room.viewers.value)}</dd>
        <dt>{text.figures.peak}</dt>
        <dd>{number(Math.max(figures.peak_viewers, hosting.room.viewers.value))}</dd>
        <dt>{text.figures.unique}</dt>
        <dd>{text.figures.about(figures.unique_viewers)}</dd>
        <dt>{text.figures.likes}</dt>
        <dd>{number(hosting.room.likes.total.value)}</dd>
      </dl>
    </section>
  );
}
