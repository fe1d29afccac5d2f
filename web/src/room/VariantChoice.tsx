// The variants of what one is about to buy, and what to say of those that are sold out: one may wait for them.
import { useRef } from "preact/hooks";
import { formatMoney } from "../core/money.ts";
import type { Account } from "../state/account.ts";
import { type Choice, type Shelf, soldOutBeside } from "../state/choice.ts";
import type { Room } from "../state/room.ts";
import { buyText } from "../ui/buyStrings.ts";
import { type Chip, Chips } from "../ui/Chips.tsx";
import layout from "../ui/layout.module.css";
import { Note } from "../ui/Note.tsx";
import { errors, text } from "../ui/strings.ts";
import { WaitButton } from "./WaitButton.tsx";

interface ChipsProps {
  readonly shelf: Shelf;
  readonly chosen: string;
  readonly onPick: (variant: string) => void;
}

/** Nothing to choose where there is one. */
export function VariantChips({ shelf, chosen, onPick }: ChipsProps) {
  const { product } = shelf;
  if (product.variants.length < 2) return null;
  const soldOut = new Set(soldOutBeside(shelf, "").map(({ id }) => id));
  const differ = new Set(product.variants.map(({ price_minor }) => price_minor)).size > 1;
  const chips = product.variants.map(
    ({ id, title, price_minor }): Chip => ({
      value: id,
      label: title,
      ...(differ && { aside: formatMoney({ amount_minor: price_minor, currency: product.currency }) }),
      gone: soldOut.has(id) ? text.goods.left(0) : null,
    }),
  );
  return <Chips label={buyText.variant} chips={chips} value={chosen} onPick={onPick} />;
}

interface GoneProps {
  readonly room: Room;
  readonly account: Account;
  readonly choice: Choice;
  readonly title: string;
  /** As it is called among the others of the sheet. */
  readonly short: string;
  /** Whether there is another variant to be had. */
  readonly others: boolean;
}

/** Told where it happens: what is chosen can no longer be had, or never could. */
export function Gone({ room, account, choice: { hindrance, goods }, title, short, others }: GoneProps) {
  const had = useRef(false);
  if (hindrance === null) had.current = true;
  return (
    <div role="status" class={layout.quiet}>
      {hindrance !== null && (
        <Note tone="warn">
          <div class={layout.tight}>
            <p>
              {hindrance !== "sold_out" ? errors[hindrance] : had.current ? buyText.soldOutNow(short) : buyText.soldOut}{" "}
              {hindrance === "sold_out" && others && buyText.others}
            </p>
            {hindrance === "sold_out" && (
              <WaitButton room={room} account={account} goods={goods} title={title} onBuy={() => undefined} />
            )}
          </div>
        </Note>
      )}
    </div>
  );
}

interface WaitProps {
  readonly room: Room;
  readonly account: Account;
  readonly shelf: Shelf;
  readonly chosen: string;
}

/** Folded up: few want what is not there. */
export function WaitForOthers({ room, account, shelf, chosen }: WaitProps) {
  const { product } = shelf;
  const variants = soldOutBeside(shelf, chosen);
  if (variants.length === 0) return null;
  return (
    <details>
      <summary class={layout.fold}>{buyText.waitFor}</summary>
      <ul class={layout.folded}>
        {variants.map(({ id, title }) => (
          <li key={id} class={layout.between}>
            <span>{title}</span>
            <WaitButton
              room={room}
              account={account}
              goods={{ variant: id }}
              title={`${product.title}, ${title}`}
              onBuy={() => undefined}
            />
          </li>
        ))}
      </ul>
    </details>
  );
}
