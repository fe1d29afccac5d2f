// One product with its price and what is left; the caller brings the button.
import type { ComponentChildren } from "preact";
import type { Product } from "../core/protocol.ts";
import { available, ownPictures } from "../state/bag.ts";
import { ProductPrice } from "./PriceTag.tsx";
import styles from "./ProductCard.module.css";
import { text } from "./strings.ts";
import { Thumbnail } from "./Thumbnail.tsx";

interface ProductCardProps {
  readonly product: Product;
  /** Words above the title, e.g. that it is being shown; also frames the card. */
  readonly flag?: string | undefined;
  readonly children?: ComponentChildren;
}

export function ProductCard({ product, flag, children }: ProductCardProps) {
  return (
    <article class={flag === undefined ? styles.card : `${styles.card} ${styles.framed}`} aria-label={product.title}>
      <Thumbnail source={ownPictures(product)[0] ?? null} title={product.title} />
      <div class={styles.words}>
        {flag !== undefined && <span class={styles.flag}>{flag}</span>}
        <span class={styles.title}>{product.title}</span>
        <span class={styles.figures}>
          <ProductPrice product={product} />
          <span class={styles.left}>{text.goods.left(available(product))}</span>
        </span>
      </div>
      {children}
    </article>
  );
}
