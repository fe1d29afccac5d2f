// Opening an offer of several variants of the bag together, at one price.
import { useSignal } from "@preact/signals";
import { formatMoney } from "../core/money.ts";
import type { Hosting } from "../state/hosting.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { FieldGroup, TextField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { wrong } from "../ui/faults.ts";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { offerText } from "../ui/offerStrings.ts";
import { sellFaultText, bundleText as words } from "../ui/sellStrings.ts";
import { Confirmation, lastsMs, OFFER_FIELDS, OfferTerms, termsOf } from "./OfferTerms.tsx";
import { type Bundle, bundleOf, choicesOf, type Parts } from "./offerChoices.ts";

interface BundleFormProps {
  readonly hosting: Hosting;
  readonly onClose: () => void;
}

export function BundleForm({ hosting, onClose }: BundleFormProps) {
  const task = useTask();
  const parts = useSignal<Parts>(new Map());
  const choices = hosting.room.bag.products.value.flatMap(choicesOf);
  const bundle = bundleOf(choices, parts.value);
  const { currency } = bundle;
  const open = async (data: FormData) => {
    if (currency === null) throw wrong({ lines: bundle.lines.length > 0 ? words.mixed : words.empty });
    const wish = { title: entry(data, "title"), lines: bundle.lines, ...termsOf(data, currency) };
    await hosting.openOffer(wish, lastsMs(data));
    onClose();
  };
  return (
    <Dialog title={words.open} onClose={onClose}>
      <Form
        error={task.error.value}
        onSend={(data) => task.run(() => open(data))}
        about={OFFER_FIELDS}
        currency={currency}
        told={sellFaultText}
      >
        <FieldGroup legend={words.hint} name="lines">
          {choices.map(({ variant, label }) => (
            <TextField
              key={variant}
              label={label}
              name={variant}
              type="number"
              inputMode="numeric"
              min={0}
              max={100}
              step={1}
              defaultValue="0"
              required
              onInput={({ currentTarget }) => {
                parts.value = new Map([...parts.value, [variant, currentTarget.valueAsNumber || 0]]);
              }}
            />
          ))}
        </FieldGroup>
        <Sum bundle={bundle} />
        <TextField label={words.title} hint={words.titleHint} name="title" maxLength={120} autocomplete="off" />
        <OfferTerms priceLabel={words.price} units={1} />
        <Confirmation error={task.error.value} />
        <Button type="submit" look="primary" busy={task.busy.value}>
          {offerText.start}
        </Button>
      </Form>
    </Dialog>
  );
}

function Sum({ bundle }: { readonly bundle: Bundle }) {
  const { currency, usual_minor, possible } = bundle;
  if (currency === null) return null;
  const usual = formatMoney({ amount_minor: usual_minor, currency });
  return (
    <p class={layout.between} role="status">
      <span>{words.separately(usual)}</span>
      <span class={layout.muted}>{words.enough(possible)}</span>
    </p>
  );
}
