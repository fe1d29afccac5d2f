// The goods of the show but for the one that is being shown, which has its own card.
import type { Room } from "../state/room.ts";
import layout from "../ui/layout.module.css";
import { ProductCard } from "../ui/ProductCard.tsx";
import { text } from "../ui/strings.ts";
import styles from "./LiveRoom.module.css";
import type { CardButton } from "./LiveRoom.tsx";

interface BagListProps {
  readonly room: Room;
  readonly button: CardButton;
}

export function BagList({ room, button }: BagListProps) {
  const shown = room.bag.showing.value;
  const products = room.bag.products.value.filter((product) => product.id !== shown?.id);
  if (products.length === 0 && shown) return null;
  return (
    <section class={`${layout.card} ${styles.bag}`} aria-label={text.goods.bag}>
      <h2>{text.goods.bag}</h2>
      {products.length === 0 && <p class={layout.muted}>{text.goods.emptyBagViewer}</p>}
      <ul class={layout.list}>
        {products.map((product) => (
          <li key={product.id}>
            <ProductCard product={product}>{button(product)}</ProductCard>
          </li>
        ))}
      </ul>
    </section>
  );
}
