// A part of a page that is looked at now and then: open where there is room, and folded up on a phone.
import type { ComponentChildren } from "preact";
import layout from "./layout.module.css";
import { useNarrow } from "./narrow.ts";

interface FoldProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

export function Fold({ title, children }: FoldProps) {
  const narrow = useNarrow().value;
  return (
    <section class={layout.card} aria-label={title}>
      <details open={!narrow}>
        <summary class={layout.fold}>
          <h2>{title}</h2>
        </summary>
        <div class={layout.folded}>{children}</div>
      </details>
    </section>
  );
}
