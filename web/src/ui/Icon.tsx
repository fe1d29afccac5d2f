// A sign on a button that has no room for words; whoever uses one gives the button its name. The signs are in icons.ts.
import { h } from "preact";

/** Its lines, on a ground of 24 × 24. */
export type Sign = readonly (readonly [tag: string, attributes: Readonly<Record<string, string>>])[];

export function Icon({ of, filled = false }: { readonly of: Sign; readonly filled?: boolean }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 24 24"
      width="22"
      height="22"
      fill={filled ? "currentColor" : "none"}
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      {of.map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  );
}
