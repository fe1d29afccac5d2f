// One order: what is in it, how it stands, and what may still be done.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatMoney } from "../core/money.ts";
import { orderNumber } from "../core/orderNumber.ts";
import type { Order } from "../core/protocol.ts";
import type { PaymentMethods } from "../core/rest.ts";
import { type Purchases, WALLET } from "../state/purchases.ts";
import { Button } from "../ui/Button.tsx";
import { buyText } from "../ui/buyStrings.ts";
import { clockOf } from "../ui/clock.ts";
import layout from "../ui/layout.module.css";
import { Badge, ErrorNote, type Tone } from "../ui/Note.tsx";
import { PriceTag } from "../ui/PriceTag.tsx";
import { words } from "../ui/shopStrings.ts";
import { formatTime } from "../ui/strings.ts";
import { WayChips } from "../ui/WayChips.tsx";
import styles from "./Orders.module.css";

const TONES: Partial<Record<Order["state"], Tone>> = { reserved: "warn", paid: "good", fulfilled: "good" };

interface OrderItemProps {
  readonly order: Order;
  readonly purchases: Purchases;
  readonly ways: PaymentMethods;
}

export function OrderItem({ order, purchases, ways }: OrderItemProps) {
  const number = words.orders.order(orderNumber(order.id));
  return (
    <article class={layout.item} aria-label={number}>
      <div class={layout.between}>
        <Badge tone={TONES[order.state] ?? "plain"}>{words.orders.state[order.state]}</Badge>
        <PriceTag money={order.total} />
      </div>
      <ul class={layout.tight}>
        {order.lines.map((line) => (
          <li key={line.variant}>{words.orders.times(line.title, line.variant_title, line.quantity)}</li>
        ))}
      </ul>
      {order.discount.amount_minor > 0 && (
        <p class={`${layout.between} ${layout.small}`}>
          <span>{buyText.discount(order.coupon)}</span>
          <span>−{formatMoney(order.discount)}</span>
        </p>
      )}
      <p class={`${layout.muted} ${layout.small}`}>
        {order.paid_at === null
          ? words.orders.placed(formatTime(order.created_at))
          : words.orders.paid(formatTime(order.paid_at))}
        {" · "}
        {number}
      </p>
      <ErrorNote error={purchases.errors.value.get(order.id) ?? null} />
      {order.state === "reserved" && <Reserved order={order} purchases={purchases} ways={ways} />}
    </article>
  );
}

function Reserved({ order, purchases, ways }: OrderItemProps) {
  const left = useSecondsLeft(order.expires_at, purchases);
  const picked = useSignal<string | null>(null);
  const busy = purchases.busy.value === order.id;
  // Nothing to pay is paid from the wallet, whatever else there is.
  const methods = order.total.amount_minor === 0 ? [WALLET] : ways.methods;
  const way = picked.value ?? order.payment?.provider ?? methods[0] ?? WALLET;
  const short = way === WALLET && purchases.errors.value.get(order.id)?.code === "insufficient_funds";
  if (left !== null && left <= 0) return <p>{words.orders.runOut}</p>;
  return (
    <div class={layout.item}>
      {order.payment && words.orders.payment[order.payment.state] && <p>{words.orders.payment[order.payment.state]}</p>}
      {!order.held && <p>{buyText.notHeld}</p>}
      {left !== null && (
        <span role="timer">
          {order.held ? words.orders.left(clockOf(left)) : words.orders.payWithin(clockOf(left))}
        </span>
      )}
      <div class={styles.line}>
        <WayChips
          ways={methods.map((value) => ({ value }))}
          way={way}
          onPick={(value) => {
            picked.value = value;
          }}
        />
        <span class={layout.actions}>
          <Button busy={busy} onClick={() => purchases.cancel(order)}>
            {words.orders.cancel}
          </Button>
          {short && ways.free_topups ? (
            <Button look="primary" busy={busy} onClick={() => purchases.topUpAndPay(order)}>
              {words.orders.topUpAndPay(formatMoney(order.total))}
            </Button>
          ) : (
            <Button look="primary" busy={busy} onClick={() => purchases.pay(order, way)}>
              {words.orders.pay}
            </Button>
          )}
        </span>
      </div>
    </div>
  );
}

/** Counts down once a second; the server decides when it is really over. */
function useSecondsLeft(until: string | null, purchases: Purchases): number | null {
  const now = useSignal(purchases.serverNow());
  useEffect(() => {
    const timer = setInterval(() => (now.value = purchases.serverNow()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return until === null ? null : Math.ceil((Date.parse(until) - now.value) / 1_000);
}
