// Making a coupon.
import { useSignal } from "@preact/signals";
import { parsePrice } from "../core/money.ts";
import type { CouponDraft, Coupons } from "../state/coupons.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { CheckField, SelectField, TextField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { wrong } from "../ui/faults.ts";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { sellFaultText, couponText as words } from "../ui/sellStrings.ts";
import { currencyChoices } from "./currencies.ts";

const ABOUT = { code_taken: "code", minimum_minor: "minimum", starts_at: "starts", ends_at: "ends" };

interface CouponFormProps {
  readonly coupons: Coupons;
  readonly currency: string;
  readonly forShop: boolean;
  readonly onClose: () => void;
}

export function CouponForm({ coupons, currency, forShop, onClose }: CouponFormProps) {
  const task = useTask();
  const picked = useSignal(currency);
  const kind = useSignal<CouponDraft["kind"]>("percent");
  const make = async (data: FormData) => {
    await coupons.make(draftOf(data));
    onClose();
  };
  const whole = { type: "number", inputMode: "numeric", min: 1, step: 1 } as const;
  return (
    <Dialog title={words.make} onClose={onClose}>
      <Form
        error={task.error.value}
        onSend={(data) => task.run(() => make(data))}
        about={ABOUT}
        currency={picked.value}
        told={sellFaultText}
      >
        <TextField
          label={words.code}
          hint={words.codeHint}
          name="code"
          autocomplete="off"
          spellcheck={false}
          required
          minLength={3}
          maxLength={32}
          pattern="[A-Za-z0-9][A-Za-z0-9_\-]+[A-Za-z0-9]"
        />
        <div class={layout.pair}>
          <SelectField
            label={words.kind}
            name="kind"
            options={words.kinds}
            value={kind.value}
            onPick={(picked) => (kind.value = picked === "fixed" ? "fixed" : "percent")}
          />
          {kind.value === "percent" ? (
            <TextField key="percent" label={words.percent} name="value" {...whole} max={100} required />
          ) : (
            <TextField key="fixed" label={words.amount} name="value" inputMode="decimal" autocomplete="off" required />
          )}
        </div>
        <SelectField
          label={words.currency}
          hint={words.currencyHint}
          name="currency"
          value={picked.value}
          onPick={(code) => (picked.value = code)}
          options={currencyChoices(currency)}
        />
        <TextField
          label={words.minimum}
          hint={words.minimumHint}
          name="minimum"
          inputMode="decimal"
          autocomplete="off"
        />
        <div class={layout.pair}>
          <TextField label={words.perPerson} name="per_person" {...whole} max={1_000_000} defaultValue="1" required />
          <TextField label={words.total} hint={words.totalHint} name="total" {...whole} max={1_000_000_000} />
        </div>
        <TextField label={words.starts} name="starts" type="datetime-local" />
        <TextField label={words.ends} hint={words.windowHint} name="ends" type="datetime-local" />
        {forShop && <CheckField label={words.wholeShop} name="whole_shop" value="yes" />}
        <Button type="submit" look="primary" busy={task.busy.value}>
          {words.create}
        </Button>
      </Form>
    </Dialog>
  );
}

/** What the form says. Raises ApiError naming the amounts that are none. */
function draftOf(data: FormData): CouponDraft {
  const currency = entry(data, "currency");
  const kind = entry(data, "kind") === "fixed" ? "fixed" : "percent";
  const value = kind === "fixed" ? parsePrice(entry(data, "value"), currency) : Number(entry(data, "value"));
  const minimum_minor = parsePrice(entry(data, "minimum") || "0", currency);
  if (!value || minimum_minor === null)
    throw wrong({ value: !value && words.badAmount, minimum: minimum_minor === null && words.badAmount });
  const total = entry(data, "total");
  return {
    code: entry(data, "code"),
    kind,
    value,
    currency,
    minimum_minor,
    per_person: Number(entry(data, "per_person")),
    total: total === "" ? null : Number(total),
    starts_at: moment(entry(data, "starts")),
    ends_at: moment(entry(data, "ends")),
    whole_shop: data.has("whole_shop"),
  };
}

/** What a field of date and time says, which is by the clock of this computer. */
function moment(local: string): string | null {
  return local === "" ? null : new Date(local).toISOString();
}
