// The variants of the bag that an offer may be of, each with its usual price.
import { formatMoney } from "../core/money.ts";
import type { Product } from "../core/protocol.ts";

export interface OfferChoice {
  readonly variant: string;
  readonly label: string;
  readonly price_minor: number;
  readonly currency: string;
  readonly available: number;
}

export function choicesOf(product: Product): OfferChoice[] {
  const { currency } = product;
  return product.variants.map(({ id, title, price_minor, available }) => {
    const name = title === product.title ? product.title : `${product.title} · ${title}`;
    const label = `${name} · ${formatMoney({ amount_minor: price_minor, currency })}`;
    return { variant: id, label, price_minor, currency, available };
  });
}

/** How many of each variant are in one bundle; those that are not in it are left out. */
export type Parts = ReadonlyMap<string, number>;

export interface Bundle {
  readonly lines: readonly { readonly variant: string; readonly quantity: number }[];
  /** The one currency of what is in it; null when there are several, or nothing. */
  readonly currency: string | null;
  /** What the parts cost one by one. */
  readonly usual_minor: number;
  /** Whole bundles that the stock is enough for. */
  readonly possible: number;
}

export function bundleOf(choices: readonly OfferChoice[], parts: Parts): Bundle {
  const inside = choices.flatMap((choice) => {
    const quantity = parts.get(choice.variant) ?? 0;
    return quantity > 0 ? [{ ...choice, quantity }] : [];
  });
  const currencies = new Set(inside.map(({ currency }) => currency));
  return {
    lines: inside.map(({ variant, quantity }) => ({ variant, quantity })),
    currency: currencies.size === 1 ? (inside[0]?.currency ?? null) : null,
    usual_minor: inside.reduce((sum, { price_minor, quantity }) => sum + price_minor * quantity, 0),
    possible: Math.min(...inside.map(({ available, quantity }) => Math.floor(Math.max(0, available) / quantity)), 1e6),
  };
}
