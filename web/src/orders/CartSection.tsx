// The cart: what is in it at the prices of now, what hinders it, and ordering all of it.
import { type Signal, useSignal } from "@preact/signals";
import { formatMoney } from "../core/money.ts";
import type { Cart, CartLine } from "../core/rest.ts";
import type { CartState } from "../state/cart.ts";
import { isCouponFault } from "../state/couponFault.ts";
import { faultOf, unitsOf } from "../state/units.ts";
import { Button } from "../ui/Button.tsx";
import { buyText, unitsFaultText } from "../ui/buyStrings.ts";
import { CouponField } from "../ui/CouponField.tsx";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { PriceTag } from "../ui/PriceTag.tsx";
import { Stepper } from "../ui/Stepper.tsx";
import { words } from "../ui/shopStrings.ts";
import { text } from "../ui/strings.ts";
import styles from "./Orders.module.css";

interface CartSectionProps {
  readonly cart: CartState;
  readonly onOrdered: () => void;
}

export function CartSection({ cart, onOrdered }: CartSectionProps) {
  const made = useSignal(0);
  const found = cart.cart.value;
  const typed = useSignal("");
  const error = cart.error.value;
  const checkOut = async () => {
    // What stands in the field is meant, applied or not.
    if (typed.value.trim() !== cart.coupon.value) await cart.applyCoupon(typed.value);
    if (cart.couponFault.value !== null || !cart.ready.value) return;
    made.value = (await cart.checkOut()).length;
    if (made.value === 0) return;
    typed.value = "";
    onOrdered();
  };
  return (
    <section class={layout.card} aria-labelledby="cart">
      <h2 id="cart">{words.cart.title}</h2>
      <div role="status" class={layout.quiet}>
        {made.value > 0 && <Note tone="good">{words.cart.made(made.value)}</Note>}
      </div>
      {error?.code === "cart_refused" ? (
        <div role="alert">
          <Note tone="bad">{words.cart.refused}</Note>
        </div>
      ) : (
        <ErrorNote error={error !== null && isCouponFault(error) ? null : error} />
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
          <CouponForm cart={cart} typed={typed} />
          <Totals cart={found} />
          <div class={layout.actions}>
            <Button look="primary" busy={cart.busy.value} disabled={!cart.ready.value} onClick={checkOut}>
              {words.cart.checkOut}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

function CouponForm({ cart, typed }: { readonly cart: CartState; readonly typed: Signal<string> }) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void cart.applyCoupon(typed.value);
      }}
    >
      <CouponField code={typed.value} fault={cart.couponFault.value} onInput={(code) => (typed.value = code)}>
        <Button type="submit" busy={cart.busy.value} disabled={typed.value.trim() === cart.coupon.value}>
          {words.cart.apply}
        </Button>
      </CouponField>
    </form>
  );
}

/** One sum a currency; a coupon is off the one that is its own. */
function Totals({ cart }: { readonly cart: Cart }) {
  const discount = cart.coupon?.discount ?? null;
  return (
    <div class={layout.item}>
      {discount && (
        <p class={layout.between}>
          <span>{buyText.discount(cart.coupon?.code ?? null)}</span>
          <span>−{formatMoney(discount)}</span>
        </p>
      )}
      <p class={layout.between}>
        <span>{words.cart.total}</span>
        <span class={layout.row}>
          {cart.totals.map(({ currency, amount_minor }) => {
            const off = discount?.currency === currency ? discount.amount_minor : 0;
            return <PriceTag key={currency} money={{ currency, amount_minor: amount_minor - off }} />;
          })}
        </span>
      </p>
    </div>
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
          {words.cart.problems[line.problem] ?? words.cart.otherProblem(line.problem)}{" "}
          {line.price_changed && words.cart.wasPrice(formatMoney(line.seen_price))}
        </Note>
      )}
      <div class={styles.line}>
        <Quantity line={line} cart={cart} />
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

/** Sent once the person is done with it; what cannot be is said here, and stays as it was typed. */
function Quantity({ line, cart }: { readonly line: CartLine; readonly cart: CartState }) {
  const typed = useSignal<number | null>(null);
  const fault = useSignal<string | undefined>(undefined);
  const units = unitsOf(line.available, null);
  return (
    <Stepper
      label={words.cart.units}
      name={words.cart.quantity(line.title)}
      value={typed.value ?? cart.wanted(line)}
      most={units.most}
      hint={text.goods.left(line.available)}
      fault={fault.value}
      onInput={(quantity) => {
        typed.value = quantity;
        fault.value = undefined;
      }}
      onDone={(quantity) => {
        fault.value = unitsFaultText(faultOf(quantity, units), units);
        if (fault.value !== undefined) return;
        typed.value = null;
        void cart.set(line, quantity);
      }}
    />
  );
}
