// What may be done with one order of the seller's goods: mark it as sent, and give money back.
import { useSignal } from "@preact/signals";
import type { Http } from "../core/http.ts";
import { formatMoney, parsePrice } from "../core/money.ts";
import type { Sale } from "../core/rest.ts";
import { Selling } from "../state/selling.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { CheckField, TextField } from "../ui/Field.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { refundText as words } from "../ui/sellStrings.ts";
import { Alert, SellFault } from "./SellFault.tsx";

interface SaleActionsProps {
  readonly http: Http;
  readonly sale: Sale;
  readonly onChange: () => Promise<void>;
}

export function SaleActions({ http, sale, onChange }: SaleActionsProps) {
  const task = useTask();
  const selling = useSignal(new Selling(http)).value;
  const refunding = useSignal(false);
  if (sale.state !== "paid" && sale.state !== "fulfilled") return null;
  const send = () =>
    task.run(async () => {
      await selling.fulfil(sale.id);
      await onChange();
    });
  return (
    <div class={layout.tight}>
      <span class={layout.row}>
        {sale.state === "paid" && (
          <Button small busy={task.busy.value} onClick={send}>
            {words.sent}
          </Button>
        )}
        <Button small onClick={() => (refunding.value = true)}>
          {words.open}
        </Button>
      </span>
      <SellFault error={task.error.value} />
      {refunding.value && (
        <RefundForm selling={selling} sale={sale} onChange={onChange} onClose={() => (refunding.value = false)} />
      )}
    </div>
  );
}

interface RefundFormProps {
  readonly selling: Selling;
  readonly sale: Sale;
  readonly onChange: () => Promise<void>;
  readonly onClose: () => void;
}

function RefundForm({ selling, sale, onChange, onClose }: RefundFormProps) {
  const task = useTask();
  const badAmount = useSignal(false);
  const { currency, amount_minor } = sale.total;
  const left = formatMoney({ currency, amount_minor: amount_minor - sale.refunded_minor });
  const send = async (form: HTMLFormElement) => {
    const data = new FormData(form);
    const typed = entry(data, "amount");
    const amount = typed === "" ? null : parsePrice(typed, currency);
    badAmount.value = typed !== "" && (amount === null || amount === 0);
    if (badAmount.value) return;
    const wish = { amount_minor: amount, reason: entry(data, "reason"), return_goods: data.has("return_goods") };
    const give = async () => {
      await selling.refund(sale.id, wish);
      await onChange();
    };
    if (await task.run(give)) onClose();
  };
  return (
    <Dialog title={words.title(sale.buyer.handle)} onClose={onClose}>
      <form
        class={layout.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void send(event.currentTarget);
        }}
      >
        <TextField
          label={words.amount(currency)}
          hint={words.amountHint(left)}
          name="amount"
          inputMode="decimal"
          autocomplete="off"
        />
        <TextField label={words.reason} hint={words.reasonHint} name="reason" required maxLength={200} />
        <CheckField label={words.returnGoods} name="return_goods" value="yes" />
        {badAmount.value && <Alert text={words.badAmount} />}
        <SellFault error={task.error.value} />
        <Button type="submit" look="primary" busy={task.busy.value}>
          {words.give}
        </Button>
      </form>
    </Dialog>
  );
}
