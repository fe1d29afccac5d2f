// Opening an offer of one variant of the bag.
import { useSignal } from "@preact/signals";
import type { Hosting } from "../state/hosting.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { useTask } from "../ui/form.ts";
import { offerText } from "../ui/offerStrings.ts";
import { sellFaultText } from "../ui/sellStrings.ts";
import { Confirmation, lastsMs, OFFER_FIELDS, OfferTerms, termsOf } from "./OfferTerms.tsx";
import { choicesOf } from "./offerChoices.ts";

interface OfferFormProps {
  readonly hosting: Hosting;
  readonly onClose: () => void;
}

export function OfferForm({ hosting, onClose }: OfferFormProps) {
  const task = useTask();
  const choices = hosting.room.bag.products.value.flatMap(choicesOf);
  const chosen = useSignal(choices[0]?.variant ?? "");
  const choice = choices.find((each) => each.variant === chosen.value) ?? choices[0];
  if (!choice) return null;
  const open = async (data: FormData) => {
    const terms = termsOf(data, choice.currency);
    await hosting.openOffer({ variant: choice.variant, ...terms }, lastsMs(data));
    onClose();
  };
  return (
    <Dialog title={offerText.open} onClose={onClose}>
      <Form
        error={task.error.value}
        onSend={(data) => task.run(() => open(data))}
        about={OFFER_FIELDS}
        currency={choice.currency}
        told={sellFaultText}
      >
        <SelectField
          label={offerText.goods}
          value={choice.variant}
          options={choices.map((each) => [each.variant, each.label])}
          onPick={(variant) => (chosen.value = variant)}
        />
        <OfferTerms priceLabel={offerText.price} units={choice.available} />
        <Confirmation error={task.error.value} />
        <Button type="submit" look="primary" busy={task.busy.value}>
          {offerText.start}
        </Button>
      </Form>
    </Dialog>
  );
}
