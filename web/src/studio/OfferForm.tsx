// Opening an offer of one variant of the bag.
import { useSignal } from "@preact/signals";
import { parsePrice } from "../core/money.ts";
import type { Hosting } from "../state/hosting.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField } from "../ui/Field.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { offerText } from "../ui/offerStrings.ts";
import { lastsMs, OfferFaults, OfferTerms, termsOf } from "./OfferTerms.tsx";
import { choicesOf } from "./offerChoices.ts";

interface OfferFormProps {
  readonly hosting: Hosting;
  readonly onClose: () => void;
}

export function OfferForm({ hosting, onClose }: OfferFormProps) {
  const task = useTask();
  const badPrice = useSignal(false);
  const choices = hosting.room.bag.products.value.flatMap(choicesOf);
  const chosen = useSignal(choices[0]?.variant ?? "");
  const choice = choices.find((each) => each.variant === chosen.value) ?? choices[0];
  if (!choice) return null;
  const send = async (form: HTMLFormElement) => {
    const data = new FormData(form);
    const price_minor = parsePrice(entry(data, "price"), choice.currency);
    badPrice.value = price_minor === null;
    if (price_minor === null) return;
    const wish = { variant: choice.variant, ...termsOf(data, price_minor) };
    if (await task.run(() => hosting.openOffer(wish, lastsMs(data)))) onClose();
  };
  return (
    <Dialog title={offerText.open} onClose={onClose}>
      <form
        class={layout.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void send(event.currentTarget);
        }}
      >
        <SelectField
          label={offerText.goods}
          value={choice.variant}
          options={choices.map((each) => [each.variant, each.label])}
          onPick={(variant) => (chosen.value = variant)}
        />
        <OfferTerms priceLabel={offerText.price} units={choice.available} />
        <OfferFaults task={task} badPrice={badPrice.value} />
        <Button type="submit" look="primary" busy={task.busy.value}>
          {offerText.start}
        </Button>
      </form>
    </Dialog>
  );
}
