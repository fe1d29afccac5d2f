// The reserved order: paid, or what is needed to pay it.
import { formatMoney } from "../core/money.ts";
import { orderNumber } from "../core/orderNumber.ts";
import type { Order } from "../core/protocol.ts";
import { at } from "../core/shopPath.ts";
import { type Checkout, WALLET } from "../state/checkout.ts";
import { Button, ButtonLink } from "../ui/Button.tsx";
import { buyText } from "../ui/buyStrings.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { PriceTag } from "../ui/PriceTag.tsx";
import { formatClock } from "../ui/strings.ts";
import { WayChips } from "../ui/WayChips.tsx";

/** The button that had the focus is gone: the next one takes over. */
const focus = (element: HTMLElement | null) => element?.focus();

export function WayToPay({ checkout }: { readonly checkout: Checkout }) {
  const ways = checkout.ways.value.map((value) => ({ value }));
  return <WayChips ways={ways} way={checkout.way.value} onPick={(way) => checkout.choose(way)} />;
}

interface PaymentStepProps {
  readonly checkout: Checkout;
  readonly onDone: () => void;
}

export function PaymentStep({ checkout, onDone }: PaymentStepProps) {
  const order = checkout.order.value;
  if (!order) return null;
  const paid = checkout.phase.value === "paid";
  const missing = checkout.missing();
  const empty = checkout.way.value === WALLET && checkout.error.value?.code === "insufficient_funds";
  const fillable = empty && checkout.freeTopUps.value && missing !== null;
  return (
    <div class={layout.stack}>
      <div role="status">{paid ? <Note tone="good">{buyText.paid}</Note> : <Note>{waiting(order)}</Note>}</div>
      <p>{buyText.order(orderNumber(order.id))}</p>
      <ul class={layout.tight}>
        {order.lines.map((line) => (
          <li key={line.variant}>
            {line.title} {line.variant_title !== line.title && `(${line.variant_title})`} × {line.quantity}
          </li>
        ))}
      </ul>
      {order.discount.amount_minor > 0 && (
        <p class={layout.between}>
          <span>{buyText.discount(order.coupon)}</span>
          <span>−{formatMoney(order.discount)}</span>
        </p>
      )}
      <p class={layout.between}>
        <span>{buyText.total}</span>
        <PriceTag money={order.total} />
      </p>
      {!paid && <WayToPay checkout={checkout} />}
      {empty && !fillable ? <Short /> : <ErrorNote error={checkout.error.value} />}
      {paid ? (
        <Button look="primary" ref={focus} onClick={onDone}>
          {buyText.done}
        </Button>
      ) : (
        <div class={layout.actions}>
          <Button busy={checkout.busy.value} onClick={() => checkout.cancel()}>
            {buyText.cancelOrder}
          </Button>
          {fillable ? (
            <Button look="primary" busy={checkout.busy.value} onClick={() => checkout.topUpAndPay(missing)}>
              {buyText.topUp(formatMoney(missing))}
            </Button>
          ) : (
            <Button look="primary" busy={checkout.busy.value} onClick={() => checkout.pay()}>
              {buyText.payNow}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** Where money costs something, a wallet is filled on its own page. */
function Short() {
  return (
    <div role="alert" class={layout.tight}>
      <Note tone="bad">{buyText.short}</Note>
      <ButtonLink small href={at("/orders#wallet")}>
        {buyText.toWallet}
      </ButtonLink>
    </div>
  );
}

function waiting(order: Order): string {
  if (!order.held) return buyText.notHeld;
  return order.expires_at ? buyText.reservedUntil(formatClock(order.expires_at)) : buyText.reserved;
}
