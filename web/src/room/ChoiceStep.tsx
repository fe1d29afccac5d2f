// What is bought, and how many: variants, quantity, coupon, the way to pay. What goes meanwhile is told where it stands.
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ApiError } from "../core/errors.ts";
import { formatMoney } from "../core/money.ts";
import type { Offer, Product } from "../core/protocol.ts";
import { at } from "../core/shopPath.ts";
import type { Account } from "../state/account.ts";
import { type Checkout, WALLET } from "../state/checkout.ts";
import { type Choice, cartUnits, choiceOf, firstOf, type Shelf } from "../state/choice.ts";
import { isCouponFault } from "../state/couponFault.ts";
import { variantIn } from "../state/offering.ts";
import type { Room } from "../state/room.ts";
import { faultOf } from "../state/units.ts";
import { waitingIn } from "../state/waiting.ts";
import { Button, ButtonLink } from "../ui/Button.tsx";
import { buyText, unitsFaultText } from "../ui/buyStrings.ts";
import { CouponField } from "../ui/CouponField.tsx";
import { clockOf } from "../ui/clock.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { momentOf, useServerNow } from "../ui/OfferCard.tsx";
import { offerText } from "../ui/offerStrings.ts";
import { PriceTag } from "../ui/PriceTag.tsx";
import { Stepper } from "../ui/Stepper.tsx";
import { errorText, text } from "../ui/strings.ts";
import { Gallery } from "./Gallery.tsx";
import { WayToPay } from "./PaymentStep.tsx";
import { Gone, VariantChips, WaitForOthers } from "./VariantChoice.tsx";

/** Refusals that are about how many. */
const TOO_MANY = ["sold_out", "per_buyer_limit"];

interface ChoiceStepProps {
  readonly checkout: Checkout;
  readonly product: Product;
  readonly room: Room;
  readonly offered: Offer | null;
  readonly account: Account;
}

export function ChoiceStep({ checkout, product, room, offered, account }: ChoiceStepProps) {
  const waiting = waitingIn(room, account);
  const atMs = useServerNow(room.offers);
  // The room's copy of the offer has the units of this moment; one that was closed is not there.
  const current = offered && room.offers.current.value.find(({ id }) => id === offered.id);
  const shelf: Shelf = {
    product,
    products: room.bag.products.value,
    offer: current ?? offered,
    over: offered !== null && !current,
    atMs,
    held: (goods) => waiting.held(goods),
    had: (one) => room.orders.unitsOf(one),
  };
  const chosen = useSignal(firstOf(shelf));
  const choice = choiceOf(shelf, chosen.value);
  if (!choice) return <Note tone="warn">{buyText.soldOut}</Note>;
  const pick = (id: string) => {
    chosen.value = id;
    checkout.edited();
  };
  return (
    <Ordering checkout={checkout} product={product} show={room.show.value.id} choice={choice} offer={shelf.offer}>
      <Gallery product={product} />
      {shelf.offer && <OfferClock offer={shelf.offer} atMs={atMs} over={shelf.over} />}
      {shelf.offer && <OfferVariant variant={variantIn(shelf.offer, shelf.products)} />}
      {!offered && <VariantChips shelf={shelf} chosen={choice.variant.id} onPick={pick} />}
      <Gone
        key={choice.variant.id}
        room={room}
        account={account}
        choice={choice}
        title={offered?.title ?? `${product.title}, ${choice.variant.title}`}
        short={offered || product.variants.length < 2 ? (offered ?? product).title : choice.variant.title}
        others={!offered && product.variants.some(({ available }) => available > 0)}
      />
      {!offered && product.on_sale && (
        <WaitForOthers room={room} account={account} shelf={shelf} chosen={choice.variant.id} />
      )}
    </Ordering>
  );
}

interface OrderingProps {
  readonly checkout: Checkout;
  readonly product: Product;
  readonly show: string;
  readonly choice: Choice;
  readonly offer: Offer | null;
  readonly children: ComponentChildren;
}

function Ordering({ checkout, product, show, choice, offer, children }: OrderingProps) {
  const form = useRef<HTMLFormElement>(null);
  const quantity = useSignal(1);
  const coupon = useSignal("");
  /** How often something was pressed: before, nobody is told that a field is empty. */
  const tried = useSignal(0);
  const error = checkout.error.value;
  const faults = faultsOf(choice, quantity.value, tried.value > 0, error);
  const total = { amount_minor: choice.price_minor * (quantity.value || 0), currency: product.currency };
  useLayoutEffect(() => {
    if (tried.value > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [tried.value, error]);
  const send = (order: () => Promise<void>) => {
    tried.value += 1;
    if (faultOf(quantity.value, choice.units) === null) void order();
  };
  const edit = <T,>(field: Signal<T>) => {
    return (value: T) => {
      field.value = value;
      checkout.edited();
    };
  };
  return (
    <form
      ref={form}
      noValidate
      class={layout.stack}
      onSubmit={(event) => {
        event.preventDefault();
        send(() => checkout.buy(show, choice.goods, quantity.value, coupon.value.trim()));
      }}
    >
      {children}
      <Stepper
        label={buyText.quantity}
        value={quantity.value}
        most={choice.units.most}
        hint={hintOf(choice)}
        fault={faults.quantity}
        onInput={edit(quantity)}
      />
      <CouponField code={coupon.value} fault={faults.coupon} onInput={edit(coupon)} />
      <OwnPage product={product} />
      <p class={layout.between}>
        <span>{buyText.total}</span>
        <PriceTag money={total} />
      </p>
      <WayToPay checkout={checkout} />
      {checkout.way.value === WALLET && <Balance checkout={checkout} currency={product.currency} />}
      <ErrorNote error={faults.rest} />
      <InCart checkout={checkout} />
      <div class={`${layout.actions} ${layout.foot}`}>
        <Button
          busy={checkout.busy.value}
          disabled={choice.hindrance === "offer_closed"}
          onClick={() => send(() => checkout.putIntoCart(show, cartUnits(offer, choice.variant, quantity.value)))}
        >
          {offer && offer.lines.length > 1 ? buyText.setToCart : buyText.toCart}
        </Button>
        <Button type="submit" look="primary" busy={checkout.busy.value} disabled={choice.hindrance !== null}>
          {buyText.buyNow}
        </Button>
      </div>
    </form>
  );
}

interface Faults {
  readonly quantity: string | undefined;
  readonly coupon: ApiError | null;
  /** What belongs to no field. */
  readonly rest: ApiError | null;
}

/** Where each thing that is wrong is said. What is sold out altogether is said once, at the variant. */
function faultsOf({ units, hindrance }: Choice, quantity: number, tried: boolean, error: ApiError | null): Faults {
  const fault = faultOf(quantity, units);
  const own = fault === "not_whole" && !tried ? undefined : unitsFaultText(fault, units);
  if (error === null) return { quantity: own, coupon: null, rest: null };
  if (isCouponFault(error)) return { quantity: own, coupon: error, rest: null };
  const tooMany = TOO_MANY.includes(error.code) || "quantity" in error.fields;
  if (error.code === "sold_out" && hindrance !== null) return { quantity: own, coupon: null, rest: null };
  return { quantity: own ?? (tooMany ? errorText(error) : undefined), coupon: null, rest: tooMany ? null : error };
}

function hintOf({ left, units }: Choice): string {
  const there = text.goods.left(left);
  return units.limitedBy === "buyer" ? `${there} · ${unitsFaultText("buyer", units)}` : there;
}

interface OfferClockProps {
  readonly offer: Offer;
  readonly atMs: number;
  readonly over: boolean;
}

/** It is the offer's: there is nothing to choose. */
function OfferVariant({ variant }: { readonly variant: string }) {
  if (variant === "") return null;
  return (
    <p class={layout.between}>
      <span>{buyText.variant}</span>
      <strong>{variant}</strong>
    </p>
  );
}

/** How long it is to be had. How much of it is left stands at the quantity; that it is over, where all that hinders does. */
function OfferClock({ offer, atMs, over }: OfferClockProps) {
  const { state, seconds } = momentOf(offer, atMs);
  if (over || state === "closed" || seconds === null) return null;
  return (
    <strong role="timer">
      {state === "scheduled" ? offerText.startsIn(clockOf(seconds)) : offerText.endsIn(clockOf(seconds))}
    </strong>
  );
}

/** The seller's own page about it; which site that is stands in the words. */
function OwnPage({ product }: { readonly product: Product }) {
  if (product.url === null || !product.url.startsWith("https://")) return null;
  return (
    <a href={product.url} target="_blank" rel="noopener noreferrer nofollow">
      {text.goods.pageAt(new URL(product.url).host)}
    </a>
  );
}

function Balance({ checkout, currency }: { readonly checkout: Checkout; readonly currency: string }) {
  const wallet = checkout.wallet.value;
  if (!wallet) return null;
  const money = wallet.balances.find((entry) => entry.currency === currency) ?? { amount_minor: 0, currency };
  return (
    <p class={`${layout.between} ${layout.muted}`}>
      <span>{buyText.wallet}</span>
      <span>{formatMoney(money)}</span>
    </p>
  );
}

function InCart({ checkout }: { readonly checkout: Checkout }) {
  if (!checkout.inCart.value) return null;
  return (
    <p role="status" class={layout.between}>
      <span>{buyText.inCart}</span>
      <ButtonLink small href={at("/orders")}>
        {buyText.openCart}
      </ButtonLink>
    </p>
  );
}
