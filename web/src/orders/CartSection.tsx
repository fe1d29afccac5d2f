// The cart: what is in it at the prices of now, what hinders it, and ordering all of it.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatMoney } from "../core/money.ts";
import type { Cart, CartLine, CartOffer } from "../core/rest.ts";
import type { CartState } from "../state/cart.ts";
import { isCouponFault } from "../state/couponFault.ts";
import { faultOf, unitsOf } from "../state/units.ts";
import { Button } from "../ui/Button.tsx";
import { buyText, unitsFaultText } from "../ui/buyStrings.ts";
import { CouponField } from "../ui/CouponField.tsx";
import { clockOf } from "../ui/clock.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { PriceTag } from "../ui/PriceTag.tsx";
import { Stepper } from "../ui/Stepper.tsx";
import { words } from "../ui/shopStrings.ts";
import { text } from "../ui/strings.ts";
import { Thumbnail } from "../ui/Thumbnail.tsx";
import styles from "./Orders.module.css";

const TICK_MS = 1_000;

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
      {error?.code === "cart_refused" || error?.code === "price_changed" ? (
        <div role="alert">
          <Note tone="bad">{error.code === "price_changed" ? words.cart.dearer : words.cart.refused}</Note>
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
  const usual = line.list_price.amount_minor * line.quantity;
  return (
    <article class={layout.item} aria-label={line.title}>
      <div class={layout.between}>
        <span class={styles.goods}>
          <Thumbnail source={line.image} title={line.title} />
          <span>{title}</span>
        </span>
        <span class={layout.row}>
          <PriceTag money={line.amount} />
          {usual > line.amount.amount_minor && (
            <s class={layout.quiet} title={words.cart.usually}>
              {formatMoney({ ...line.list_price, amount_minor: usual })}
            </s>
          )}
        </span>
      </div>
      {line.offer && <OfferNote offer={line.offer} cart={cart} />}
      <WhatHinders line={line} />
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
/** Why the line has its price or cannot be ordered at it: said in words, and agreed to with the button below. */
function WhatHinders({ line }: { readonly line: CartLine }) {
  const { problem, offer_problem } = line;
  const missed = offer_problem === null ? null : (words.cart.missed[offer_problem] ?? null);
  if (problem === null) return missed === null ? null : <p class={layout.quiet}>{missed}</p>;
  const said = words.cart.problems[problem] ?? words.cart.otherProblem(problem);
  return (
    <Note tone="warn">
      {problem === "price_changed" ? (missed ?? said) : said}{" "}
      {line.price_changed &&
        `${words.cart.costsNow(formatMoney(line.unit_price))} ${words.cart.wasPrice(formatMoney(line.seen_price))}`}
    </Note>
  );
}

function OfferNote({ offer, cart }: { readonly offer: CartOffer; readonly cart: CartState }) {
  return (
    <p class={styles.offer}>
      {offer.bundle ? words.cart.inBundle(offer.title) : words.cart.offer}
      {offer.ends_at !== null && <OfferClock key={offer.id} endsAt={offer.ends_at} cart={cart} />}
      {offer.mode === "first_to_pay" && <span class={layout.quiet}> · {words.cart.firstToPay}</span>}
    </p>
  );
}

/** Counts down by the server's clock; when it is over, the cart is read again. */
function OfferClock({ endsAt, cart }: { readonly endsAt: string; readonly cart: CartState }) {
  const leftMs = () => Date.parse(endsAt) - cart.serverNow();
  const left = useSignal(leftMs());
  useEffect(() => {
    const timer = setInterval(() => {
      left.value = leftMs();
      if (left.value <= 0) void cart.look();
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [endsAt]);
  const seconds = Math.max(0, Math.ceil(left.value / 1_000));
  return <span role="timer"> · {words.cart.endsIn(clockOf(seconds))}</span>;
}
