// What one is about to buy, to look at before: each picture opens large in a tab of its own.
import type { Product } from "../core/protocol.ts";
import { ownPictures } from "../state/bag.ts";
import { buyText } from "../ui/buyStrings.ts";
import styles from "./Gallery.module.css";

export function Gallery({ product }: { readonly product: Product }) {
  const pictures = ownPictures(product);
  if (pictures.length === 0) return null;
  return (
    <ul class={styles.gallery} aria-label={buyText.pictures}>
      {pictures.map((picture, index) => (
        <li key={picture}>
          <a href={picture} target="_blank" rel="noreferrer">
            <img src={picture} alt={buyText.picture(index + 1, pictures.length)} loading="lazy" />
          </a>
        </li>
      ))}
    </ul>
  );
}
