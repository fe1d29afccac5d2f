// What a sold-out card offers: a place in the line, how far one is, or what is held for one.
import type { Product } from "../core/protocol.ts";
import type { Account } from "../state/account.ts";
import type { Goods } from "../state/checkout.ts";
import type { Room } from "../state/room.ts";
import { waitingIn } from "../state/waiting.ts";
import { Button } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { waitText } from "../ui/waitStrings.ts";

interface WaitButtonProps {
  readonly room: Room;
  readonly account: Account;
  readonly goods: Goods;
  readonly title: string;
  readonly onBuy: () => void;
}

export function WaitButton({ room, account, goods, title, onBuy }: WaitButtonProps) {
  const waiting = waitingIn(room, account);
  const place = waiting.of(goods);
  const error = waiting.error(goods);
  const known = error && waitText.refused[error.code];
  const join = () => account.ask(() => void waiting.join(room.show.value.id, goods));
  return (
    <div class={layout.tight} role="status">
      {place?.state === "invited" ? (
        <Button look="primary" onClick={onBuy}>
          {waitText.buy}
        </Button>
      ) : place ? (
        <span class={layout.muted}>{place.position === null ? null : waitText.position(place.position)}</span>
      ) : (
        <Button busy={waiting.busy(goods)} aria-label={waitText.joinFor(title)} onClick={join}>
          {waitText.join}
        </Button>
      )}
      {known ? <Note tone="warn">{known}</Note> : <ErrorNote error={error} />}
    </div>
  );
}

interface WaitForProductProps {
  readonly room: Room;
  readonly account: Account;
  readonly product: Product;
  readonly onBuy: (product: Product) => void;
}

/** Of several variants one has to choose: the dialog does that. */
export function WaitForProduct({ room, account, product, onBuy }: WaitForProductProps) {
  const [only, ...others] = product.variants;
  if (!product.on_sale || !only) return null;
  if (others.length > 0) return <Button onClick={() => onBuy(product)}>{waitText.choose}</Button>;
  const goods = { variant: only.id };
  return <WaitButton room={room} account={account} goods={goods} title={product.title} onBuy={() => onBuy(product)} />;
}
