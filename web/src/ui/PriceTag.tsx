// An amount of money, or the lowest of several prices.
import { formatMoney } from "../core/money.ts";
import type { Money, Product } from "../core/protocol.ts";
import styles from "./ProductCard.module.css";
import { text } from "./strings.ts";

export function PriceTag({ money }: { readonly money: Money }) {
  return <span class={styles.price}>{formatMoney(money)}</span>;
}

export function ProductPrice({ product }: { readonly product: Product }) {
  const prices = product.variants.map((variant) => variant.price_minor);
  if (prices.length === 0) return null;
  const lowest = formatMoney({ amount_minor: Math.min(...prices), currency: product.currency });
  const differ = new Set(prices).size > 1;
  return <span class={styles.price}>{differ ? text.goods.from(lowest) : lowest}</span>;
}
