// Adding a product with one variant.
import { useSignal } from "@preact/signals";
import { parsePrice } from "../core/money.ts";
import type { Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField, TextField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { wrong } from "../ui/faults.ts";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { floorText } from "../ui/sellStrings.ts";
import { work } from "../ui/workStrings.ts";
import { currencyChoices } from "./currencies.ts";
import { floorOf } from "./floor.ts";

const ABOUT = { price_minor: "price", floor_minor: "floor", "variant title": "variant", variants: "variant" };

interface ProductFormProps {
  readonly studio: Studio;
  readonly onClose: () => void;
}

export function ProductForm({ studio, onClose }: ProductFormProps) {
  const task = useTask();
  const usual = studio.goods.items.value?.[0]?.currency ?? "CNY";
  const currency = useSignal(usual);
  const add = async (data: FormData) => {
    const title = entry(data, "title");
    const price_minor = parsePrice(entry(data, "price"), currency.value);
    const floor = floorOf(entry(data, "floor"), currency.value, price_minor);
    if (!price_minor || floor === "bad")
      throw wrong({ price: !price_minor && work.studio.badPrice, floor: floor === "bad" && floorText.bad });
    const stock = Number(entry(data, "stock"));
    const variant = { title: entry(data, "variant") || title, price_minor, stock, floor_minor: floor };
    await studio.addProduct({ title, currency: currency.value, variants: [variant] });
    onClose();
  };
  return (
    <Dialog title={work.studio.addProduct} onClose={onClose}>
      <Form
        error={task.error.value}
        onSend={(data) => task.run(() => add(data))}
        about={ABOUT}
        currency={currency.value}
      >
        <TextField label={work.studio.productTitle} name="title" required maxLength={120} />
        <div class={layout.pair}>
          <TextField label={work.studio.price} name="price" inputMode="decimal" autocomplete="off" required />
          <SelectField
            label={work.studio.currency}
            value={currency.value}
            onPick={(picked) => (currency.value = picked)}
            options={currencyChoices(usual)}
          />
        </div>
        <TextField label={work.studio.stock} name="stock" type="number" min={0} max={1_000_000} step={1} required />
        <TextField label={work.studio.variant} name="variant" maxLength={80} hint={work.studio.variantHint} />
        <TextField label={floorText.label} hint={floorText.hint} name="floor" inputMode="decimal" autocomplete="off" />
        <Button type="submit" look="primary" busy={task.busy.value}>
          {work.studio.addProduct}
        </Button>
      </Form>
    </Dialog>
  );
}
