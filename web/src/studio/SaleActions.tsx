// What may be done with one order of the seller's goods: mark it as sent, and give money back.
import { useSignal } from "@preact/signals";
import type { Http } from "../core/http.ts";
import { formatMoney, parsePrice } from "../core/money.ts";
import type { Sale } from "../core/rest.ts";
import { Selling } from "../state/selling.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { CheckField, TextField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { wrong } from "../ui/faults.ts";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { sellFaultText, refundText as words } from "../ui/sellStrings.ts";

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
      <ErrorNote error={task.error.value} told={sellFaultText} />
      {refunding.value && (
        <RefundForm selling={selling} sale={sale} onChange={onChange} onClose={() => (refunding.value = false)} />
      )}
    </div>
  );
}

const ABOUT = { amount_minor: "amount", refund_too_large: "amount" };

interface RefundFormProps {
  readonly selling: Selling;
  readonly sale: Sale;
  readonly onChange: () => Promise<void>;
  readonly onClose: () => void;
}

function RefundForm({ selling, sale, onChange, onClose }: RefundFormProps) {
  const task = useTask();
  const { currency, amount_minor } = sale.total;
  const left = formatMoney({ currency, amount_minor: amount_minor - sale.refunded_minor });
  const give = async (data: FormData) => {
    const typed = entry(data, "amount");
    const amount = typed === "" ? null : parsePrice(typed, currency);
    if (typed !== "" && !amount) throw wrong({ amount: words.badAmount });
    const wish = { amount_minor: amount, reason: entry(data, "reason"), return_goods: data.has("return_goods") };
    await selling.refund(sale.id, wish);
    await onChange();
    onClose();
  };
  return (
    <Dialog title={words.title(sale.buyer.handle)} onClose={onClose}>
      <Form
        error={task.error.value}
        onSend={(data) => task.run(() => give(data))}
        about={ABOUT}
        currency={currency}
        told={sellFaultText}
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
        <Button type="submit" look="primary" busy={task.busy.value}>
          {words.give}
        </Button>
      </Form>
    </Dialog>
  );
}
