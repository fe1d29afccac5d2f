// Editing one product: its words and link, whether it is on sale, its pictures, and its variants with their prices.
import { useSignal } from "@preact/signals";
import { minorDigits, parsePrice } from "../core/money.ts";
import type { Product } from "../core/protocol.ts";
import type { OwnVariant } from "../core/rest.ts";
import type { ProductEdit, Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { CheckField, TextField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { wrong } from "../ui/faults.ts";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { floorText } from "../ui/sellStrings.ts";
import { words } from "../ui/shopStrings.ts";
import { text } from "../ui/strings.ts";
import { work } from "../ui/workStrings.ts";
import { floorEdit, floorOf } from "./floor.ts";
import { Pictures } from "./Pictures.tsx";

/** The server does not say which of several variants it means. */
const ABOUT = { domain_not_allowed: "url", "variant title": "title-0", price_minor: "price-0", floor_minor: "floor-0" };

interface ProductEditorProps {
  readonly studio: Studio;
  readonly product: Product;
  readonly onClose: () => void;
}

export function ProductEditor({ studio, product, onClose }: ProductEditorProps) {
  const task = useTask();
  const added = useSignal(0);
  const save = async (data: FormData) => {
    await studio.editProduct(product.id, read(data, product, added.value));
    onClose();
  };
  const fresh = Array.from({ length: added.value }, (_, index) => product.variants.length + index);
  return (
    <Dialog title={words.goods.edit(product.title)} onClose={onClose}>
      <Pictures studio={studio} product={product} />
      <Form
        error={task.error.value}
        onSend={(data) => task.run(() => save(data))}
        about={ABOUT}
        currency={product.currency}
      >
        <TextField
          label={work.studio.productTitle}
          name="title"
          defaultValue={product.title}
          required
          maxLength={120}
        />
        <TextField
          label={words.goods.link}
          hint={words.goods.linkHint}
          name="url"
          type="url"
          pattern="https://.*"
          defaultValue={product.url ?? ""}
        />
        <CheckField label={words.goods.onSale} name="on_sale" value="1" checked={product.on_sale} />
        {product.variants.map((variant, index) => (
          <VariantFields key={variant.id} index={index} variant={variant} currency={product.currency} />
        ))}
        {fresh.map((index) => (
          <VariantFields key={index} index={index} variant={null} currency={product.currency} />
        ))}
        <Button small onClick={() => (added.value += 1)}>
          {words.goods.addVariant}
        </Button>
        {added.value > 0 && <p class={layout.muted}>{words.goods.variantHint}</p>}
        <Button type="submit" look="primary" busy={task.busy.value}>
          {text.save}
        </Button>
      </Form>
    </Dialog>
  );
}

interface VariantFieldsProps {
  readonly index: number;
  readonly variant: OwnVariant | null;
  readonly currency: string;
}

function VariantFields({ index, variant, currency }: VariantFieldsProps) {
  const floor = variant?.floor_minor ?? null;
  return (
    <fieldset class={layout.stack} aria-label={words.goods.variant(index + 1)}>
      <div class={layout.pair}>
        <TextField
          label={work.studio.variant}
          name={`title-${index}`}
          defaultValue={variant?.title ?? ""}
          required
          maxLength={80}
        />
        <TextField
          label={`${work.studio.price} (${currency})`}
          name={`price-${index}`}
          inputMode="decimal"
          autocomplete="off"
          required
          defaultValue={variant === null ? "" : typed(variant.price_minor, currency)}
        />
      </div>
      <TextField
        label={floorText.label}
        name={`floor-${index}`}
        inputMode="decimal"
        autocomplete="off"
        defaultValue={floor === null ? "" : typed(floor, currency)}
      />
    </fieldset>
  );
}

/** What the form says. Raises ApiError naming the amounts that are none. */
function read(data: FormData, product: Product, added: number): ProductEdit {
  const faults: Record<string, string> = {};
  const variants = [];
  for (let index = 0; index < product.variants.length + added; index += 1) {
    const before: OwnVariant | undefined = product.variants[index];
    const price_minor = parsePrice(entry(data, `price-${index}`), product.currency);
    const floor = floorOf(entry(data, `floor-${index}`), product.currency, price_minor);
    if (price_minor === null) faults[`price-${index}`] = work.studio.badPrice;
    if (floor === "bad") faults[`floor-${index}`] = floorText.bad;
    if (price_minor === null || floor === "bad") continue;
    variants.push({
      ...(before ? { id: before.id } : {}),
      title: entry(data, `title-${index}`),
      price_minor,
      prices: before?.prices ?? [],
      ...floorEdit(floor, before?.floor_minor),
    });
  }
  if (Object.keys(faults).length > 0) throw wrong(faults);
  return { title: entry(data, "title"), url: entry(data, "url") || null, on_sale: data.has("on_sale"), variants };
}

/** 1990 minor units of CNY as a person types them: 19.90. */
function typed(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  const whole = String(minor).padStart(digits + 1, "0");
  return digits === 0 ? whole : `${whole.slice(0, -digits)}.${whole.slice(-digits)}`;
}
