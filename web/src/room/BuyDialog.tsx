// From the card to the paid order: choose, reserve, pay, and say plainly what went wrong.
import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { formatMoney } from "../core/money.ts";
import type { Offer, Product } from "../core/protocol.ts";
import { at } from "../core/shopPath.ts";
import type { Account } from "../state/account.ts";
import { Checkout, WALLET } from "../state/checkout.ts";
import { isCouponFault } from "../state/couponFault.ts";
import { unitsLeft } from "../state/offering.ts";
import type { Room } from "../state/room.ts";
import type { Visit } from "../state/visit.ts";
import { type Waiting, waitingIn } from "../state/waiting.ts";
import { Button, ButtonLink } from "../ui/Button.tsx";
import { buyText } from "../ui/buyStrings.ts";
import { CouponField } from "../ui/CouponField.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField, TextField } from "../ui/Field.tsx";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { PriceTag } from "../ui/PriceTag.tsx";
import { text } from "../ui/strings.ts";
import { PaymentStep, WayToPay } from "./PaymentStep.tsx";
import { WaitButton } from "./WaitButton.tsx";

interface BuyDialogProps {
  readonly visit: Visit;
  readonly room: Room;
  readonly account: Account;
}

export function BuyDialog({ visit, room, account }: BuyDialogProps) {
  visit.checkout ??= new Checkout(visit.http);
  const { checkout } = visit;
  const wish = visit.wish.value;
  useLayoutEffect(() => {
    if (wish) checkout.open(wish.product, wish.offer);
  }, [wish]);
  const close = () => {
    checkout.close();
    // It stays open while money is on its way.
    if (checkout.product.value === null) visit.wish.value = null;
  };
  const opened = checkout.product.value;
  if (!opened) return null;
  const phase = checkout.phase.value;
  const paying = checkout.order.value !== null && phase !== "choosing" && phase !== "ordering";
  // The room's copy of the product has the stock of this moment.
  const product = room.bag.products.value.find((item) => item.id === opened.id) ?? opened;
  const offer = checkout.offer.value;
  const title = paying ? (checkout.order.value?.lines[0]?.title ?? opened.title) : (offer?.title ?? product.title);
  return (
    <Dialog title={buyText.title(title)} onClose={close}>
      {paying ? (
        <PaymentStep checkout={checkout} onDone={close} />
      ) : (
        <ChoiceStep
          key={offer?.id}
          checkout={checkout}
          product={product}
          room={room}
          offered={offer}
          account={account}
        />
      )}
    </Dialog>
  );
}

interface ChoiceStepProps {
  readonly checkout: Checkout;
  readonly product: Product;
  readonly room: Room;
  readonly offered: Offer | null;
  readonly account: Account;
}

function ChoiceStep({ checkout, product, room, offered, account }: ChoiceStepProps) {
  const waiting = waitingIn(room, account);
  const chosen = useSignal(firstOnSale(product, waiting));
  const quantity = useSignal(1);
  const coupon = useSignal("");
  const variant = product.variants.find((entry) => entry.id === chosen.value) ?? product.variants[0];
  if (!variant) return <Note tone="warn">{buyText.soldOut}</Note>;
  const { currency } = product;
  // The room's copy of the offer has the units of this moment.
  const offer = offered && (room.offers.current.value.find((item) => item.id === offered.id) ?? offered);
  const price_minor = offer?.price_minor ?? variant.price_minor;
  const goods = offer ? { offer: offer.id } : { variant: variant.id };
  // What a waitlist holds for this person is nobody else's, and so not among what is left.
  const held = waiting.held(goods);
  const left = held + (offer ? unitsLeft(offer, room.bag.products.value) : variant.available);
  const most = offer ? Math.min(left, offer.per_buyer) : left;
  const total = { amount_minor: price_minor * (quantity.value || 0), currency };
  const soldOut = left <= 0 || !product.on_sale;
  const error = checkout.error.value;
  const couponFault = error !== null && isCouponFault(error);
  return (
    <form
      class={layout.stack}
      onSubmit={(event) => {
        event.preventDefault();
        void checkout.buy(room.show.value.id, goods, quantity.value, coupon.value.trim());
      }}
    >
      {!offer && product.variants.length > 1 && (
        <SelectField
          label={buyText.variant}
          value={variant.id}
          options={product.variants.map((entry) => [
            entry.id,
            `${entry.title} · ${formatMoney({ amount_minor: entry.price_minor, currency })} · ${text.goods.left(entry.available)}`,
          ])}
          onPick={(id) => (chosen.value = id)}
        />
      )}
      <TextField
        label={buyText.quantity}
        type="number"
        inputMode="numeric"
        min={1}
        max={Math.max(1, most)}
        step={1}
        required
        value={quantity.value || ""}
        onInput={({ currentTarget }) => (quantity.value = currentTarget.valueAsNumber)}
        hint={text.goods.left(Math.max(0, left))}
      />
      <CouponField code={coupon.value} fault={couponFault ? error : null} onInput={(code) => (coupon.value = code)} />
      <OwnPage product={product} />
      <p class={layout.between}>
        <span>{buyText.total}</span>
        <PriceTag money={total} />
      </p>
      <WayToPay checkout={checkout} />
      {checkout.way.value === WALLET && <Balance checkout={checkout} currency={currency} />}
      {soldOut && (
        <Note tone="warn">
          {error === null && <p>{buyText.soldOut}</p>}
          {product.on_sale && (
            <WaitButton
              room={room}
              account={account}
              goods={goods}
              title={offer?.title ?? `${product.title}, ${variant.title}`}
              onBuy={() => undefined}
            />
          )}
        </Note>
      )}
      <ErrorNote error={couponFault ? null : error} />
      {checkout.inCart.value && (
        <p role="status" class={layout.between}>
          <span>{buyText.inCart}</span>
          <ButtonLink small href={at("/orders")}>
            {buyText.openCart}
          </ButtonLink>
        </p>
      )}
      <div class={`${layout.actions} ${layout.foot}`}>
        {!offer && (
          <Button
            busy={checkout.busy.value}
            disabled={!(quantity.value > 0)}
            onClick={() => checkout.putIntoCart(room.show.value.id, variant.id, quantity.value)}
          >
            {buyText.toCart}
          </Button>
        )}
        <Button type="submit" look="primary" busy={checkout.busy.value} disabled={soldOut}>
          {buyText.buyNow}
        </Button>
      </div>
    </form>
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

function firstOnSale(product: Product, waiting: Waiting): string {
  const held = product.variants.find((variant) => waiting.held({ variant: variant.id }) > 0);
  return (held ?? product.variants.find((variant) => variant.available > 0) ?? product.variants[0])?.id ?? "";
}
