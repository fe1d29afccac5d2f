// From the card to the paid order: choose, reserve, pay, and say plainly what went wrong.
import { useSignal } from "@preact/signals";
import { formatMoney } from "../core/money.ts";
import type { Product } from "../core/protocol.ts";
import type { Checkout } from "../state/checkout.ts";
import type { Room } from "../state/room.ts";
import { Button, ButtonLink } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField, TextField } from "../ui/Field.tsx";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { PriceTag } from "../ui/PriceTag.tsx";
import { text } from "../ui/strings.ts";
import { PaymentStep } from "./PaymentStep.tsx";

interface BuyDialogProps {
  readonly checkout: Checkout;
  readonly room: Room;
}

export function BuyDialog({ checkout, room }: BuyDialogProps) {
  const opened = checkout.product.value;
  if (!opened) return null;
  const phase = checkout.phase.value;
  const paying = checkout.order.value !== null && phase !== "choosing" && phase !== "ordering";
  // The room's copy of the product has the stock of this moment.
  const product = room.bag.products.value.find((item) => item.id === opened.id) ?? opened;
  const title = paying ? (checkout.order.value?.lines[0]?.title ?? opened.title) : product.title;
  return (
    <Dialog title={text.buy.title(title)} onClose={() => checkout.close()}>
      {paying ? (
        <PaymentStep checkout={checkout} />
      ) : (
        <ChoiceStep checkout={checkout} product={product} show={room.show.value.id} />
      )}
    </Dialog>
  );
}

interface ChoiceStepProps {
  readonly checkout: Checkout;
  readonly product: Product;
  readonly show: string;
}

function ChoiceStep({ checkout, product, show }: ChoiceStepProps) {
  const chosen = useSignal(firstOnSale(product));
  const quantity = useSignal(1);
  const variant = product.variants.find((entry) => entry.id === chosen.value) ?? product.variants[0];
  if (!variant) return <Note tone="warn">{text.buy.soldOut}</Note>;
  const { currency } = product;
  const total = { amount_minor: variant.price_minor * (quantity.value || 0), currency };
  const soldOut = variant.available <= 0 || !product.on_sale;
  return (
    <form
      class={layout.stack}
      onSubmit={(event) => {
        event.preventDefault();
        void checkout.buy(show, variant.id, quantity.value);
      }}
    >
      {product.variants.length > 1 && (
        <SelectField
          label={text.buy.variant}
          value={variant.id}
          options={product.variants.map((entry) => [
            entry.id,
            `${entry.title} · ${formatMoney({ amount_minor: entry.price_minor, currency })} · ${text.goods.left(entry.available)}`,
          ])}
          onPick={(id) => (chosen.value = id)}
        />
      )}
      <TextField
        label={text.buy.quantity}
        type="number"
        inputMode="numeric"
        min={1}
        max={Math.max(1, variant.available)}
        step={1}
        required
        value={quantity.value || ""}
        onInput={({ currentTarget }) => (quantity.value = currentTarget.valueAsNumber)}
        hint={text.goods.left(Math.max(0, variant.available))}
      />
      <p class={layout.between}>
        <span>{text.buy.total}</span>
        <PriceTag money={total} />
      </p>
      <Balance checkout={checkout} currency={currency} />
      {soldOut && checkout.error.value === null && <Note tone="warn">{text.buy.soldOut}</Note>}
      <ErrorNote error={checkout.error.value} />
      {checkout.inCart.value && (
        <p role="status" class={layout.between}>
          <span>{text.buy.inCart}</span>
          <ButtonLink small href="/orders">
            {text.buy.openCart}
          </ButtonLink>
        </p>
      )}
      <div class={layout.actions}>
        <Button
          busy={checkout.busy.value}
          disabled={!(quantity.value > 0)}
          onClick={() => checkout.putIntoCart(show, variant.id, quantity.value)}
        >
          {text.buy.toCart}
        </Button>
        <Button type="submit" look="primary" busy={checkout.busy.value} disabled={soldOut}>
          {text.buy.buyNow}
        </Button>
      </div>
      <OwnPage product={product} />
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
      <span>{text.buy.wallet}</span>
      <span>{formatMoney(money)}</span>
    </p>
  );
}

function firstOnSale(product: Product): string {
  return (product.variants.find((variant) => variant.available > 0) ?? product.variants[0])?.id ?? "";
}
