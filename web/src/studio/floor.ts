// The lowest price of a variant in offers, as a person types it.
import { parsePrice } from "../core/money.ts";

/** In minor units; null: none is wanted; "bad": it is no amount, or above the price. */
export function floorOf(typed: string, currency: string, priceMinor: number | null): number | null | "bad" {
  if (typed === "") return null;
  const floor = parsePrice(typed, currency);
  return floor === null || (priceMinor !== null && floor > priceMinor) ? "bad" : floor;
}

/**
 * What an edit sends of it. Products as everybody sees them do not say what it is: then an empty field leaves it as it
 * is, and only what is typed is sent.
 */
export function floorEdit(floor: number | null, before: number | null | undefined): { floor_minor?: number | null } {
  return floor === null && before === undefined ? {} : { floor_minor: floor };
}
