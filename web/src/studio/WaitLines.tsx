// How many wait for what is sold out: a reason to add to the stock while they still watch.
import type { Hosting } from "../state/hosting.ts";
import layout from "../ui/layout.module.css";
import { work } from "../ui/workStrings.ts";

export function WaitLines({ hosting }: { readonly hosting: Hosting }) {
  const lines = hosting.waitLines.value;
  if (lines.length === 0) return null;
  return (
    <section class={layout.card} aria-label={work.waiting.title}>
      <h2>{work.waiting.title}</h2>
      {lines.map((line) => (
        <p key={line.variant ?? line.offer}>
          <strong>{work.waiting.line(line.waiting, line.invited_units)}</strong> {work.waiting.for(line.title)}
        </p>
      ))}
      <p class={layout.muted}>{work.waiting.hint}</p>
    </section>
  );
}
