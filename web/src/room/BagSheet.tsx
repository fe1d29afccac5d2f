// All goods of the show in a sheet, on a phone; the one that is being shown comes first. Loaded when the bag is opened.
import type { Room } from "../state/room.ts";
import { Dialog } from "../ui/Dialog.tsx";
import layout from "../ui/layout.module.css";
import { ProductCard } from "../ui/ProductCard.tsx";
import { text } from "../ui/strings.ts";
import type { CardButton } from "./LiveRoom.tsx";

interface BagSheetProps {
  readonly room: Room;
  readonly button: CardButton;
  readonly onClose: () => void;
}

export function BagSheet({ room, button, onClose }: BagSheetProps) {
  const shown = room.bag.showing.value;
  const others = room.bag.products.value.filter((product) => product.id !== shown?.id);
  return (
    <Dialog title={text.goods.bag} onClose={onClose}>
      {!shown && others.length === 0 && <p class={layout.empty}>{text.goods.emptyBagViewer}</p>}
      <ul class={layout.list}>
        {(shown ? [shown, ...others] : others).map((product) => (
          <li key={product.id}>
            <ProductCard product={product} flag={product === shown ? text.goods.showing : undefined}>
              {button(product)}
            </ProductCard>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
