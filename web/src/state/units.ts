// How many of something one may take, and what is wrong with a number that was typed.

/** The server takes no more of one thing at once (livecart/domain/order.py). */
export const ORDER_MAX = 100;

/** Why it is not more: so many are there, each buyer may have so many, or an order may. */
export type LimitedBy = "stock" | "buyer" | "order";

export interface Units {
  readonly most: number;
  readonly limitedBy: LimitedBy;
}

/** `perBuyer`: of an offer; null without one. The smallest limit counts, the stock first. */
export function unitsOf(left: number, perBuyer: number | null): Units {
  const limits: readonly (readonly [LimitedBy, number])[] = [
    ["stock", Math.max(0, left)],
    ["buyer", perBuyer ?? Number.POSITIVE_INFINITY],
    ["order", ORDER_MAX],
  ];
  const [limitedBy, most] = limits.reduce((least, limit) => (limit[1] < least[1] ? limit : least));
  return { most, limitedBy };
}

export type UnitsFault = "not_whole" | LimitedBy;

/** Null when so many may be taken. Nothing at all can be taken of what is sold out: that is not the number's fault. */
export function faultOf(wanted: number, { most, limitedBy }: Units): UnitsFault | null {
  if (!Number.isInteger(wanted) || wanted < 1) return "not_whole";
  return most > 0 && wanted > most ? limitedBy : null;
}

/** One more or one less, from whatever stands there, back within the limits. */
export function stepped(wanted: number, by: 1 | -1, most: number): number {
  const from = Number.isFinite(wanted) ? Math.trunc(wanted) : 0;
  return Math.max(1, Math.min(most, from + by));
}
