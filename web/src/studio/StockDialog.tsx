// The stock of a product: what there is of each variant, correcting it with a cause, and everything that moved it.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Http } from "../core/http.ts";
import { orderNumber } from "../core/orderNumber.ts";
import type { Product } from "../core/protocol.ts";
import type { Movement } from "../core/rest.ts";
import { type Correction, VariantStock } from "../state/stock.ts";
import type { Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField, TextField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { sellFaultText, stockText as words } from "../ui/sellStrings.ts";
import { formatTime } from "../ui/strings.ts";

interface StockDialogProps {
  readonly http: Http;
  readonly studio: Studio;
  readonly product: Product;
  readonly onClose: () => void;
}

export function StockDialog({ http, studio, product, onClose }: StockDialogProps) {
  const chosen = useSignal(product.variants[0]?.id ?? "");
  const variant = product.variants.find(({ id }) => id === chosen.value) ?? product.variants[0];
  if (!variant) return null;
  return (
    <Dialog title={words.title(product.title)} onClose={onClose}>
      {product.variants.length > 1 && (
        <SelectField
          label={words.variant}
          value={variant.id}
          options={product.variants.map(({ id, title }) => [id, title])}
          onPick={(id) => (chosen.value = id)}
        />
      )}
      <p>{words.now(variant.stock, variant.available)}</p>
      <OneVariant key={variant.id} http={http} variant={variant.id} onChange={() => studio.goods.refresh()} />
    </Dialog>
  );
}

interface OneVariantProps {
  readonly http: Http;
  readonly variant: string;
  readonly onChange: () => Promise<void>;
}

function OneVariant({ http, variant, onChange }: OneVariantProps) {
  const stock = useSignal(new VariantStock(http, variant)).value;
  const task = useTask();
  useEffect(() => void task.run(() => stock.read()), []);
  return (
    <>
      <CorrectionForm stock={stock} onChange={onChange} />
      <section class={layout.stack} aria-label={words.movements}>
        <h3>{words.movements}</h3>
        <ErrorNote error={task.error.value} />
        <Movements movements={stock.movements.value} />
        {stock.hasMore.value !== null && (
          <Button small busy={task.busy.value} onClick={() => task.run(() => stock.readMore())}>
            {words.more}
          </Button>
        )}
      </section>
    </>
  );
}

/** Corrections by so many and to so many are two fields of the server, and one here. */
const ABOUT = { delta: "units", stock: "units", sold_out: "units" };

interface CorrectionFormProps {
  readonly stock: VariantStock;
  readonly onChange: () => Promise<void>;
}

function CorrectionForm({ stock, onChange }: CorrectionFormProps) {
  const task = useTask();
  const way = useSignal("more");
  const saved = useSignal(false);
  const send = async (data: FormData, form: HTMLFormElement) => {
    saved.value = false;
    const correct = async () => {
      await stock.correct(correctionOf(way.value, Number(entry(data, "units"))), entry(data, "cause"));
      saved.value = true;
      form.reset();
      await onChange();
    };
    await task.run(correct);
  };
  const counted = way.value === "counted";
  return (
    <Form error={task.error.value} onSend={send} about={ABOUT} told={sellFaultText}>
      <div class={layout.pair}>
        <SelectField
          label={words.how}
          options={words.ways}
          value={way.value}
          onPick={(picked) => (way.value = picked)}
        />
        <TextField
          label={counted ? words.inAll : words.units}
          name="units"
          type="number"
          inputMode="numeric"
          min={counted ? 0 : 1}
          max={1_000_000_000}
          step={1}
          required
        />
      </div>
      <TextField label={words.cause} hint={words.causeHint} name="cause" required maxLength={200} autocomplete="off" />
      <div role="status" class={layout.quiet}>
        {saved.value && <Note tone="good">{words.saved}</Note>}
      </div>
      <Button type="submit" look="primary" busy={task.busy.value}>
        {words.save}
      </Button>
    </Form>
  );
}

function correctionOf(way: string, units: number): Correction {
  if (way === "counted") return { stock: units };
  return { delta: way === "less" ? -units : units };
}

/** What the seller said; of all else the order that moved it, or that the product came with it. */
function causeOf({ kind, cause }: Movement): string {
  if (kind !== "received" && kind !== "removed") return words.order(orderNumber(cause));
  return cause.startsWith("product:") ? words.added : cause;
}

function Movements({ movements }: { readonly movements: readonly Movement[] | null }) {
  if (movements === null) return null;
  if (movements.length === 0) return <p class={layout.empty}>{words.noMovements}</p>;
  return (
    <ul class={layout.list}>
      {movements.map((movement, index) => (
        <li key={index} class={layout.item}>
          <span class={layout.between}>
            <strong>{words.moved(words.kinds[movement.kind], movement.quantity)}</strong>
            <span class={`${layout.small} ${layout.muted}`}>{formatTime(movement.at)}</span>
          </span>
          <span class={`${layout.small} ${layout.breaking}`}>{causeOf(movement)}</span>
        </li>
      ))}
    </ul>
  );
}
