// The wallet: what is in it, and filling it by one of the shop's ways, or for nothing in the demo.
import { useSignal } from "@preact/signals";
import { formatMoney, parsePrice } from "../core/money.ts";
import type { Payment } from "../core/protocol.ts";
import type { WalletState } from "../state/wallet.ts";
import { Button } from "../ui/Button.tsx";
import { buyText } from "../ui/buyStrings.ts";
import { SelectField, TextField } from "../ui/Field.tsx";
import { entry } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { PriceTag } from "../ui/PriceTag.tsx";
import { walletText as words } from "../ui/walletStrings.ts";

/** What the demo's way is called among the providers. */
const FREE = "";

export function WalletSection({ wallet }: { readonly wallet: WalletState }) {
  const balances = wallet.wallet.value?.balances ?? [];
  return (
    <section class={layout.card} aria-labelledby="wallet">
      <h2 id="wallet">{words.title}</h2>
      <div role="status" class={layout.quiet}>
        {wallet.payment.value && <Outcome payment={wallet.payment.value} />}
      </div>
      <ul class={layout.tight}>
        {balances.map((money) => (
          <li key={money.currency}>
            <PriceTag money={money} />
          </li>
        ))}
      </ul>
      {balances.length > 0 && <TopUp wallet={wallet} currencies={balances.map(({ currency }) => currency)} />}
      <ErrorNote error={wallet.error.value} />
    </section>
  );
}

function Outcome({ payment }: { readonly payment: Payment }) {
  const money = formatMoney(payment.amount);
  switch (payment.state) {
    case "captured":
      return <Note tone="good">{words.filled(money)}</Note>;
    case "failed":
      return <Note tone="bad">{words.failed(payment.reason)}</Note>;
    case "refunded":
      return <Note tone="warn">{words.givenBack(money)}</Note>;
    case "created":
    case "processing":
      return <Note>{words.waiting}</Note>;
  }
}

interface TopUpProps {
  readonly wallet: WalletState;
  readonly currencies: readonly string[];
}

function TopUp({ wallet, currencies }: TopUpProps) {
  const badAmount = useSignal(false);
  const added = useSignal<string | null>(null);
  const { topups, free_topups } = wallet.ways.value;
  const ways = [
    ...(free_topups ? [[FREE, words.free] as const] : []),
    ...topups.map((way) => [way, buyText.ways[way] ?? way] as const),
  ];
  const [first] = ways;
  if (!first) return null;
  const send = async (form: HTMLFormElement) => {
    const data = new FormData(form);
    const currency = entry(data, "currency") || (currencies[0] ?? "");
    const amount_minor = parsePrice(entry(data, "amount"), currency);
    badAmount.value = amount_minor === null || amount_minor === 0;
    added.value = null;
    if (amount_minor === null || badAmount.value) return;
    const way = entry(data, "way") || first[0];
    const amount = { amount_minor, currency };
    if (!(await wallet.topUp(amount, way === FREE ? null : way))) return;
    added.value = formatMoney(amount);
    form.reset();
  };
  return (
    <form
      class={layout.stack}
      aria-label={words.topUp}
      onSubmit={(event) => {
        event.preventDefault();
        void send(event.currentTarget);
      }}
    >
      <div class={layout.grid}>
        <TextField label={words.amount} name="amount" inputMode="decimal" autocomplete="off" required />
        {currencies.length > 1 && (
          <SelectField label={words.currency} name="currency" options={currencies.map((code) => [code, code])} />
        )}
        {ways.length > 1 && <SelectField label={buyText.way} name="way" options={ways} />}
      </div>
      {badAmount.value && (
        <div role="alert">
          <Note tone="bad">{words.badAmount}</Note>
        </div>
      )}
      <div role="status" class={layout.quiet}>
        {added.value !== null && <Note tone="good">{words.filled(added.value)}</Note>}
      </div>
      <div class={layout.actions}>
        <Button type="submit" busy={wallet.busy.value}>
          {words.topUp}
        </Button>
      </div>
    </form>
  );
}
