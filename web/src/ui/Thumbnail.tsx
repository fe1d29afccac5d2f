// What a product looks like, small; its first letter where there is no picture.
import styles from "./ProductCard.module.css";

interface ThumbnailProps {
  /** A picture that the shop keeps, of which it has a small twin. */
  readonly source: string | null;
  readonly title: string;
}

export function Thumbnail({ source, title }: ThumbnailProps) {
  if (source !== null) {
    return <img class={styles.picture} src={source.replace(/-1200\.webp$/, "-300.webp")} alt="" loading="lazy" />;
  }
  const [initial = ""] = title;
  return (
    <span class={styles.picture} aria-hidden="true">
      {initial.toUpperCase()}
    </span>
  );
}
