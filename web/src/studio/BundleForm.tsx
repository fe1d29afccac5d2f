// Opening an offer of several variants of the bag together, at one price.
import { useSignal } from "@preact/signals";
import { formatMoney, parsePrice } from "../core/money.ts";
import type { Hosting } from "../state/hosting.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { TextField } from "../ui/Field.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { offerText } from "../ui/offerStrings.ts";
import { bundleText as words } from "../ui/sellStrings.ts";
import { lastsMs, OfferFaults, OfferTerms, termsOf } from "./OfferTerms.tsx";
import { type Bundle, bundleOf, choicesOf, type Parts } from "./offerChoices.ts";
import { Alert } from "./SellFault.tsx";

interface BundleFormProps {
  readonly hosting: Hosting;
  readonly onClose: () => void;
}

export function BundleForm({ hosting, onClose }: BundleFormProps) {
  const task = useTask();
  const parts = useSignal<Parts>(new Map());
  const badPrice = useSignal(false);
  const tried = useSignal(false);
  const choices = hosting.room.bag.products.value.flatMap(choicesOf);
  const bundle = bundleOf(choices, parts.value);
  const { currency } = bundle;
  const send = async (form: HTMLFormElement) => {
    const data = new FormData(form);
    tried.value = true;
    if (currency === null) return;
    const price_minor = parsePrice(entry(data, "price"), currency);
    badPrice.value = price_minor === null;
    if (price_minor === null) return;
    const wish = { title: entry(data, "title"), lines: bundle.lines, ...termsOf(data, price_minor) };
    if (await task.run(() => hosting.openOffer(wish, lastsMs(data)))) onClose();
  };
  return (
    <Dialog title={words.open} onClose={onClose}>
      <form
        class={layout.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void send(event.currentTarget);
        }}
      >
        <fieldset class={layout.stack} aria-label={words.hint}>
          <p>{words.hint}</p>
          {choices.map(({ variant, label }) => (
            <TextField
              key={variant}
              label={label}
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
        </fieldset>
        <Sum bundle={bundle} tried={tried.value} />
        <TextField label={words.title} hint={words.titleHint} name="title" maxLength={120} autocomplete="off" />
        <OfferTerms priceLabel={words.price} units={1} />
        <OfferFaults task={task} badPrice={badPrice.value} />
        <Button type="submit" look="primary" busy={task.busy.value}>
          {offerText.start}
        </Button>
      </form>
    </Dialog>
  );
}

function Sum({ bundle, tried }: { readonly bundle: Bundle; readonly tried: boolean }) {
  const { currency, lines, usual_minor, possible } = bundle;
  if (currency !== null) {
    const usual = formatMoney({ amount_minor: usual_minor, currency });
    return (
      <p class={layout.between} role="status">
        <span>{words.separately(usual)}</span>
        <span class={layout.muted}>{words.enough(possible)}</span>
      </p>
    );
  }
  if (lines.length > 0) return <Alert text={words.mixed} />;
  return tried ? <Alert text={words.empty} /> : null;
}
