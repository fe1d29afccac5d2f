// Adding a product with one variant.
import { useSignal } from "@preact/signals";
import { parsePrice } from "../core/money.ts";
import type { Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField, TextField } from "../ui/Field.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { floorText } from "../ui/sellStrings.ts";
import { work } from "../ui/workStrings.ts";
import { currencyChoices } from "./currencies.ts";
import { floorOf } from "./floor.ts";
import { Alert } from "./SellFault.tsx";

interface ProductFormProps {
  readonly studio: Studio;
  readonly onClose: () => void;
}

export function ProductForm({ studio, onClose }: ProductFormProps) {
  const task = useTask();
  const badPrice = useSignal(false);
  const badFloor = useSignal(false);
  const usual = studio.goods.items.value?.[0]?.currency ?? "CNY";
  const send = async (form: HTMLFormElement) => {
    const data = new FormData(form);
    const currency = entry(data, "currency");
    const title = entry(data, "title");
    const price_minor = parsePrice(entry(data, "price"), currency);
    const floor = floorOf(entry(data, "floor"), currency, price_minor);
    badPrice.value = price_minor === null || price_minor === 0;
    badFloor.value = floor === "bad";
    if (price_minor === null || floor === "bad" || badPrice.value) return;
    const stock = Number(entry(data, "stock"));
    const variant = { title: entry(data, "variant") || title, price_minor, stock, floor_minor: floor };
    if (await task.run(() => studio.addProduct({ title, currency, variants: [variant] }))) onClose();
  };
  return (
    <Dialog title={work.studio.addProduct} onClose={onClose}>
      <form
        class={layout.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void send(event.currentTarget);
        }}
      >
        <TextField label={work.studio.productTitle} name="title" required maxLength={120} />
        <div class={layout.pair}>
          <TextField label={work.studio.price} name="price" inputMode="decimal" autocomplete="off" required />
          <SelectField label={work.studio.currency} name="currency" value={usual} options={currencyChoices(usual)} />
        </div>
        <TextField label={work.studio.stock} name="stock" type="number" min={0} max={1_000_000} step={1} required />
        <TextField label={work.studio.variant} name="variant" maxLength={80} hint={work.studio.variantHint} />
        <TextField label={floorText.label} hint={floorText.hint} name="floor" inputMode="decimal" autocomplete="off" />
        {badPrice.value && (
          <div role="alert">
            <Note tone="bad">{work.studio.badPrice}</Note>
          </div>
        )}
        {badFloor.value && <Alert text={floorText.bad} />}
        <ErrorNote error={task.error.value} />
        <Button type="submit" look="primary" busy={task.busy.value}>
          {work.studio.addProduct}
        </Button>
      </form>
    </Dialog>
  );
}
