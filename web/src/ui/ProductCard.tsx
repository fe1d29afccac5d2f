// One product with its price and what is left; the caller brings the button.
import type { ComponentChildren } from "preact";
import type { Product } from "../core/protocol.ts";
import { available } from "../state/bag.ts";
import { ProductPrice } from "./PriceTag.tsx";
import styles from "./ProductCard.module.css";
import { text } from "./strings.ts";

interface ProductCardProps {
  readonly product: Product;
  /** Words above the title, e.g. that it is being shown; also frames the card. */
  readonly flag?: string | undefined;
  readonly children?: ComponentChildren;
}

export function ProductCard({ product, flag, children }: ProductCardProps) {
  return (
    <article class={flag === undefined ? styles.card : `${styles.card} ${styles.framed}`} aria-label={product.title}>
      <Picture product={product} />
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

/** Each kept picture has a small twin. */
function small(source: string): string {
  return source.replace(/-1200\.webp$/, "-300.webp");
}

/** Pictures of our own origin only: the page's policy forbids others, and a foreign host would learn who watches. */
function Picture({ product }: { readonly product: Product }) {
  const source = product.images.find((image) => image.startsWith("/") && !image.startsWith("//"));
  if (source !== undefined) return <img class={styles.picture} src={small(source)} alt="" loading="lazy" />;
  const [initial = ""] = product.title;
  return (
    <span class={styles.picture} aria-hidden="true">
      {initial.toUpperCase()}
    </span>
  );
}
