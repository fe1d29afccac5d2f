// The run sheet of a show: its goods in the planned order, and which one comes next.
import type { Product } from "../core/protocol.ts";

/** After the one that is shown; the first when none is. Null at the end. What is sold out is passed over. */
export function nextOf(products: readonly Product[], shown: string | null, step: 1 | -1 = 1): Product | null {
  const from = products.findIndex(({ id }) => id === shown);
  const rest = step === 1 ? products.slice(from + 1) : products.slice(0, Math.max(0, from)).reverse();
  return rest.find(({ on_sale, variants }) => on_sale && variants.some(({ available }) => available > 0)) ?? null;
}

/** The ids with one of them a place further up or down. */
export function moved(ids: readonly string[], id: string, step: 1 | -1): string[] {
  const from = ids.indexOf(id);
  const to = from + step;
  if (from < 0 || to < 0 || to >= ids.length) return [...ids];
  const order = ids.filter((each) => each !== id);
  order.splice(to, 0, id);
  return order;
}
