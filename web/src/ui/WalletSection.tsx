// The wallet: what is in it, and filling it by one of the shop's ways, or for nothing in the demo.
import { useSignal } from "@preact/signals";
import { formatMoney, parsePrice } from "../core/money.ts";
import type { Payment } from "../core/protocol.ts";
import type { WalletState } from "../state/wallet.ts";
import { Button } from "./Button.tsx";
import { SelectField, TextField } from "./Field.tsx";
import { Form } from "./Form.tsx";
import { wrong } from "./faults.ts";
import { entry, type Task, useTask } from "./form.ts";
import layout from "./layout.module.css";
import { ErrorNote, Note } from "./Note.tsx";
import { PriceTag } from "./PriceTag.tsx";
import { WayChips } from "./WayChips.tsx";
import { walletText as words } from "./walletStrings.ts";

/** What the demo's way is called among the providers. */
const FREE = "";

export function WalletSection({ wallet }: { readonly wallet: WalletState }) {
  const balances = wallet.wallet.value?.balances ?? [];
  const task = useTask();
  // What the form says itself is not said again below it.
  const other = wallet.error.value === task.error.value ? null : wallet.error.value;
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
      {balances.length > 0 && (
        <TopUp wallet={wallet} task={task} currencies={balances.map(({ currency }) => currency)} />
      )}
      <ErrorNote error={other} />
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

const ABOUT = { amount_minor: "amount", amount_too_large: "amount", wallet_full: "amount" };

interface TopUpProps {
  readonly wallet: WalletState;
  readonly task: Task;
  readonly currencies: readonly string[];
}

function TopUp({ wallet, task, currencies }: TopUpProps) {
  const currency = useSignal(currencies[0] ?? "");
  const added = useSignal<string | null>(null);
  const picked = useSignal<string | null>(null);
  const { topups, free_topups } = wallet.ways.value;
  const ways = [...(free_topups ? [{ value: FREE, label: words.free }] : []), ...topups.map((value) => ({ value }))];
  const [first] = ways;
  if (!first) return null;
  const way = picked.value ?? first.value;
  const send = (data: FormData, form: HTMLFormElement) =>
    task.run(async () => {
      added.value = null;
      const amount_minor = parsePrice(entry(data, "amount"), currency.value);
      if (!amount_minor) throw wrong({ amount: words.badAmount });
      const amount = { amount_minor, currency: currency.value };
      const there = await wallet.topUp(amount, way === FREE ? null : way);
      if (wallet.error.value) throw wallet.error.value;
      if (!there) return;
      added.value = formatMoney(amount);
      form.reset();
    });
  return (
    <Form error={task.error.value} onSend={send} about={ABOUT} currency={currency.value} aria-label={words.topUp}>
      <div class={layout.grid}>
        <TextField label={words.amount} name="amount" inputMode="decimal" autocomplete="off" required />
        {currencies.length > 1 && (
          <SelectField
            label={words.currency}
            options={currencies.map((code) => [code, code])}
            value={currency.value}
            onPick={(code) => (currency.value = code)}
          />
        )}
      </div>
      <WayChips
        ways={ways}
        way={way}
        onPick={(value) => {
          picked.value = value;
        }}
      />
      <div role="status" class={layout.quiet}>
        {added.value !== null && <Note tone="good">{words.filled(added.value)}</Note>}
      </div>
      <div class={layout.actions}>
        <Button type="submit" busy={wallet.busy.value}>
          {words.topUp}
        </Button>
      </div>
    </Form>
  );
}
