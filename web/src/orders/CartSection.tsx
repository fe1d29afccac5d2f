// The cart: what is in it at the prices of now, what hinders it, and ordering all of it.
import { useSignal } from "@preact/signals";
import { formatMoney } from "../core/money.ts";
import type { CartLine } from "../core/rest.ts";
import type { CartState } from "../state/cart.ts";
import { Button } from "../ui/Button.tsx";
import { TextField } from "../ui/Field.tsx";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { PriceTag } from "../ui/PriceTag.tsx";
import { words } from "../ui/shopStrings.ts";

interface CartSectionProps {
  readonly cart: CartState;
  readonly onOrdered: () => void;
}

export function CartSection({ cart, onOrdered }: CartSectionProps) {
  const made = useSignal(0);
  const found = cart.cart.value;
  const refused = cart.error.value?.code === "cart_refused";
  const checkOut = async () => {
    made.value = (await cart.checkOut()).length;
    if (made.value > 0) onOrdered();
  };
  return (
    <section class={layout.card} aria-labelledby="cart">
      <h2 id="cart">{words.cart.title}</h2>
      <div role="status">{made.value > 0 && <Note tone="good">{words.cart.made(made.value)}</Note>}</div>
      {refused ? (
        <div role="alert">
          <Note tone="bad">{words.cart.refused}</Note>
        </div>
      ) : (
        <ErrorNote error={cart.error.value} />
      )}
      {found?.lines.length === 0 && <p class={layout.empty}>{words.cart.empty}</p>}
      <ul class={layout.list}>
        {found?.lines.map((line) => (
          <li key={line.variant}>
            <LineItem line={line} cart={cart} />
          </li>
        ))}
      </ul>
      {found && found.lines.length > 0 && (
        <>
          <p class={layout.between}>
            <span>{words.cart.total}</span>
            <span class={layout.row}>
              {found.totals.map((money) => (
                <PriceTag key={money.currency} money={money} />
              ))}
            </span>
          </p>
          <Button look="primary" busy={cart.busy.value} disabled={!cart.ready.value} onClick={checkOut}>
            {words.cart.checkOut}
          </Button>
        </>
      )}
    </section>
  );
}

function LineItem({ line, cart }: { readonly line: CartLine; readonly cart: CartState }) {
  const title = words.orders.times(line.title, line.variant_title, line.quantity);
  return (
    <article class={layout.item} aria-label={line.title}>
      <div class={layout.between}>
        <span>{title}</span>
        <PriceTag money={{ ...line.unit_price, amount_minor: line.unit_price.amount_minor * line.quantity }} />
      </div>
      {line.problem !== null && (
        <Note tone="warn">
          {words.cart.problem(line.problem)} {line.price_changed && words.cart.wasPrice(formatMoney(line.seen_price))}
        </Note>
      )}
      <div class={layout.between}>
        <TextField
          label={words.cart.quantity(line.title)}
          type="number"
          inputMode="numeric"
          min={1}
          max={100}
          step={1}
          value={line.quantity}
          onChange={({ currentTarget }) => {
            if (currentTarget.valueAsNumber >= 1) void cart.set(line, currentTarget.valueAsNumber);
          }}
        />
        <span class={layout.actions}>
          {line.problem === "price_changed" && (
            <Button small busy={cart.busy.value} onClick={() => cart.set(line, line.quantity)}>
              {words.cart.accept}
            </Button>
          )}
          <Button small busy={cart.busy.value} onClick={() => cart.set(line, 0)}>
            {words.cart.remove}
          </Button>
        </span>
      </div>
    </article>
  );
}
