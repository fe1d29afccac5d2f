// What the person means to buy, and what he bought.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { CartState } from "../state/cart.ts";
import { Purchases } from "../state/purchases.ts";
import { whileVisible } from "../state/visible.ts";
import layout from "../ui/layout.module.css";
import type { PageContext } from "../ui/mount.tsx";
import { ErrorNote } from "../ui/Note.tsx";
import { SignInGate } from "../ui/SignInGate.tsx";
import { words } from "../ui/shopStrings.ts";
import { CartSection } from "./CartSection.tsx";
import { OrderItem } from "./OrderItem.tsx";
import { PrivacySection } from "./PrivacySection.tsx";

const REFRESH_MS = 15_000;

export function OrdersPage(context: PageContext) {
  const { account } = context;
  return (
    <SignInGate
      account={account}
      allowed
      title={words.orders.title}
      invitation={words.orders.signInFirst}
      refusal={words.orders.refusal}
    >
      <SignedIn key={account.user.value?.id} {...context} />
    </SignInGate>
  );
}

function SignedIn({ http }: PageContext) {
  const cart = useSignal(new CartState(http)).value;
  const purchases = useSignal(new Purchases(http)).value;
  useEffect(() => void cart.refresh(), []);
  useEffect(() => whileVisible(REFRESH_MS, () => void purchases.orders.refresh()), []);
  return (
    <main class={layout.page}>
      <CartSection cart={cart} onOrdered={() => void purchases.orders.refresh()} />
      <OrderList purchases={purchases} />
      <PrivacySection http={http} />
    </main>
  );
}

function OrderList({ purchases }: { readonly purchases: Purchases }) {
  const orders = purchases.orders.items.value;
  return (
    <section class={layout.card} aria-labelledby="orders">
      <h1 id="orders">{words.orders.title}</h1>
      <ErrorNote error={purchases.orders.error.value} />
      {orders?.length === 0 && <p class={layout.empty}>{words.orders.none}</p>}
      <ul class={layout.list}>
        {orders?.map((order) => (
          <li key={order.id}>
            <OrderItem order={order} purchases={purchases} />
          </li>
        ))}
      </ul>
    </section>
  );
}
