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
import { work } from "../ui/workStrings.ts";

const CURRENCIES = ["CNY", "USD", "EUR", "GBP", "JPY", "HKD", "SGD", "TWD", "KRW", "AUD", "CAD"];

interface ProductFormProps {
  readonly studio: Studio;
  readonly onClose: () => void;
}

export function ProductForm({ studio, onClose }: ProductFormProps) {
  const task = useTask();
  const badPrice = useSignal(false);
  const usual = studio.goods.items.value?.[0]?.currency ?? "CNY";
  const names = new Intl.DisplayNames(undefined, { type: "currency" });
  const send = async (form: HTMLFormElement) => {
    const data = new FormData(form);
    const currency = entry(data, "currency");
    const title = entry(data, "title");
    const price_minor = parsePrice(entry(data, "price"), currency);
    badPrice.value = price_minor === null || price_minor === 0;
    if (price_minor === null || badPrice.value) return;
    const variant = { title: entry(data, "variant") || title, price_minor, stock: Number(entry(data, "stock")) };
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
          <SelectField
            label={work.studio.currency}
            name="currency"
            value={usual}
            options={CURRENCIES.map((code) => [code, `${code} · ${names.of(code) ?? code}`])}
          />
        </div>
        <TextField label={work.studio.stock} name="stock" type="number" min={0} max={1_000_000} step={1} required />
        <TextField label={work.studio.variant} name="variant" maxLength={80} hint={work.studio.variantHint} />
        {badPrice.value && (
          <div role="alert">
            <Note tone="bad">{work.studio.badPrice}</Note>
          </div>
        )}
        <ErrorNote error={task.error.value} />
        <Button type="submit" look="primary" busy={task.busy.value}>
          {work.studio.addProduct}
        </Button>
      </form>
    </Dialog>
  );
}
