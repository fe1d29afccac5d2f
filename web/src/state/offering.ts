// What an offer and the stock of its goods say together.
import type { Offer, Product } from "../core/protocol.ts";

/** The title of the variant that an offer is about, where its product has others. */
export function variantIn(offer: Offer, products: readonly Product[]): string {
  const [line, ...more] = offer.lines;
  if (!line || more.length > 0) return "";
  const variants = products.find(({ id }) => id === line.product)?.variants ?? [];
  return variants.length > 1 ? (variants.find(({ id }) => id === line.variant)?.title ?? "") : "";
}

/** Whole units that can still be had: the offer's own, or fewer when a variant in it has not enough. */
export function unitsLeft(offer: Offer, products: readonly Product[]): number {
  const stock = new Map(products.flatMap((product) => product.variants.map((entry) => [entry.id, entry.available])));
  return offer.lines.reduce(
    (least, line) => Math.min(least, Math.floor(Math.max(0, stock.get(line.variant) ?? 0) / line.quantity)),
    Math.max(0, offer.available),
  );
}
