// How long each kind of record is kept, and what is due, held and gone, as a table.
import type { KeptKind } from "../core/retention.ts";
import { holdText as words } from "../ui/holdStrings.ts";
import layout from "../ui/layout.module.css";
import styles from "./KeptKinds.module.css";

export function KeptKinds({ kinds }: { readonly kinds: readonly KeptKind[] }) {
  if (kinds.length === 0) return null;
  return (
    <section class={layout.card} aria-labelledby="periods">
      <h2 id="periods">{words.periods}</h2>
      <p class={layout.muted}>{words.periodsAbout}</p>
      <div class={styles.wide}>
        <table class={styles.table}>
          <thead>
            <tr>
              <th scope="col">{words.record}</th>
              <th scope="col">{words.period}</th>
              <th scope="col">{words.due}</th>
              <th scope="col">{words.held}</th>
              <th scope="col">{words.removed}</th>
            </tr>
          </thead>
          <tbody>
            {kinds.map((each) => (
              <tr key={each.kind}>
                <th scope="row">{words.records[each.kind] ?? each.kind}</th>
                <td>{words.days(each.days)}</td>
                <td>{words.number(each.due)}</td>
                <td>{words.number(each.held)}</td>
                <td>{words.number(each.removed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
