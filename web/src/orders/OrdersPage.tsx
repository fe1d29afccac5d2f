// What the person means to buy, and what he bought.
import { useSignal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { useEffect } from "preact/hooks";
import type { Http } from "../core/http.ts";
import type { PaymentMethods } from "../core/rest.ts";
import { CartState } from "../state/cart.ts";
import { Purchases } from "../state/purchases.ts";
import { whileVisible } from "../state/visible.ts";
import { WalletState } from "../state/wallet.ts";
import layout from "../ui/layout.module.css";
import type { PageContext } from "../ui/mount.tsx";
import { ErrorNote } from "../ui/Note.tsx";
import { SignInGate } from "../ui/SignInGate.tsx";
import { words } from "../ui/shopStrings.ts";
import { WalletSection } from "../ui/WalletSection.tsx";
import { CartSection } from "./CartSection.tsx";
import { OrderItem } from "./OrderItem.tsx";

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
  const wallet = useSignal(new WalletState(http)).value;
  useEffect(() => void cart.refresh(), []);
  useEffect(() => whileVisible(REFRESH_MS, () => void purchases.orders.refresh()), []);
  useEffect(() => {
    void wallet.open().then(() => {
      followTopUp(wallet);
      // The address may name a part of the page that was not there yet when the browser looked for it.
      if (location.hash === "#wallet") document.getElementById("wallet")?.scrollIntoView();
    });
    return () => wallet.close();
  }, []);
  // Paying and refunds move what is in the wallet.
  const known = purchases.orders.items.value;
  useEffect(() => {
    if (known !== null) void wallet.refresh();
  }, [known]);
  return (
    <main class={layout.page}>
      <CartSection cart={cart} onOrdered={() => void purchases.orders.refresh()} />
      <OrderList purchases={purchases} ways={wallet.ways.value} />
      <WalletSection wallet={wallet} />
      <p>
        <a href="/me">{words.toSettings}</a>
      </p>
      <Returned http={http} onClose={() => void purchases.orders.refresh()} />
    </main>
  );
}

/** Who comes back from a provider's page is told what came of it: of a top-up in the wallet, of an order in a dialog. */
function followTopUp(wallet: WalletState): void {
  const payment = new URLSearchParams(location.search).get("payment");
  if (payment === null) return;
  // A reload is no return.
  history.replaceState(null, "", "/orders#wallet");
  void wallet.follow(payment);
}

function Returned({ http, onClose }: { readonly http: Http; readonly onClose: () => void }) {
  const view = useSignal<ComponentChild>(null);
  useEffect(() => {
    const order = new URLSearchParams(location.search).get("order");
    if (order === null) return;
    void import("../ui/ReturnDialog.tsx").then((part) => {
      view.value = part.returned(http, order, words.orders.toOrders, onClose);
    });
  }, []);
  return <>{view.value}</>;
}

interface OrderListProps {
  readonly purchases: Purchases;
  readonly ways: PaymentMethods;
}

function OrderList({ purchases, ways }: OrderListProps) {
  const orders = purchases.orders.items.value;
  return (
    <section class={layout.card} aria-labelledby="orders">
      <h1 id="orders">{words.orders.title}</h1>
      <ErrorNote error={purchases.orders.error.value} />
      {orders?.length === 0 && <p class={layout.empty}>{words.orders.none}</p>}
      <ul class={layout.list}>
        {orders?.map((order) => (
          <li key={order.id}>
            <OrderItem order={order} purchases={purchases} ways={ways} />
          </li>
        ))}
      </ul>
    </section>
  );
}
