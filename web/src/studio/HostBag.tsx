// The goods of the show: what is in the bag, which one is being shown, and what is left.
import { useSignal } from "@preact/signals";
import type { Product } from "../core/protocol.ts";
import type { Hosting } from "../state/hosting.ts";
import { moved } from "../state/runSheet.ts";
import type { Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { CheckField, FieldGroup } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { useTask } from "../ui/form.ts";
import { Icon } from "../ui/Icon.tsx";
import { down, up } from "../ui/icons.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { ProductCard } from "../ui/ProductCard.tsx";
import { text } from "../ui/strings.ts";
import { studioText } from "../ui/studioStrings.ts";
import { work } from "../ui/workStrings.ts";
import { RunSheet } from "./RunSheet.tsx";

interface HostBagProps {
  readonly hosting: Hosting;
  readonly studio: Studio;
}

export function HostBag({ hosting, studio }: HostBagProps) {
  const task = useTask();
  const editing = useSignal(false);
  const { bag, state } = hosting.room;
  const ended = state.value === "ended";
  const shown = bag.showing.value?.id;
  const show = (product: string | null) => task.run(() => hosting.showProduct(product));
  const move = (order: readonly string[]) => task.run(() => hosting.saveBag(order));
  return (
    <section class={layout.card} aria-label={text.goods.bag}>
      <div class={layout.between}>
        <h2>{text.goods.bag}</h2>
        {!ended && <Button onClick={() => (editing.value = true)}>{work.studio.editBag}</Button>}
      </div>
      <ErrorNote error={task.error.value} />
      {bag.products.value.length === 0 && <p class={layout.empty}>{text.goods.emptyBag}</p>}
      {!ended && <RunSheet hosting={hosting} busy={task.busy.value} onShow={show} />}
      <ol class={layout.list}>
        {bag.products.value.map((product) => (
          <li key={product.id}>
            <ProductCard
              product={product}
              flag={product.id === shown && !ended ? work.studio.explainingNow : undefined}
            >
              {!ended && (
                <span class={layout.actions}>
                  <Places
                    ids={bag.products.value.map(({ id }) => id)}
                    product={product}
                    busy={task.busy.value}
                    onMove={move}
                  />
                  <ShowButton product={product} shown={shown} busy={task.busy.value} onShow={show} />
                </span>
              )}
            </ProductCard>
          </li>
        ))}
      </ol>
      {editing.value && <BagEditor hosting={hosting} studio={studio} onClose={() => (editing.value = false)} />}
    </section>
  );
}

interface PlacesProps {
  readonly ids: readonly string[];
  readonly product: Product;
  readonly busy: boolean;
  readonly onMove: (order: readonly string[]) => void;
}

/** Its place in the planned order, a step at a time. */
function Places({ ids, product, busy, onMove }: PlacesProps) {
  if (ids.length < 2) return null;
  const { sheet } = studioText;
  const steps = [
    [-1, up, sheet.up(product.title), ids[0]],
    [1, down, sheet.down(product.title), ids.at(-1)],
  ] as const;
  return (
    <>
      {steps.map(([step, sign, name, last]) => (
        <Button
          key={step}
          small
          look="quiet"
          aria-label={name}
          disabled={busy || product.id === last}
          onClick={() => onMove(moved(ids, product.id, step))}
        >
          <Icon of={sign} />
        </Button>
      ))}
    </>
  );
}

interface ShowButtonProps {
  readonly product: Product;
  readonly shown: string | undefined;
  readonly busy: boolean;
  readonly onShow: (product: string | null) => void;
}

function ShowButton({ product, shown, busy, onShow }: ShowButtonProps) {
  if (product.id === shown) {
    return (
      <Button small busy={busy} onClick={() => onShow(null)}>
        {work.studio.stopShowing}
      </Button>
    );
  }
  return (
    <Button small look="primary" busy={busy} onClick={() => onShow(product.id)}>
      {work.studio.showProduct}
    </Button>
  );
}

function BagEditor({ hosting, studio, onClose }: HostBagProps & { readonly onClose: () => void }) {
  const task = useTask();
  const inBag = new Set(hosting.room.bag.products.value.map((product) => product.id));
  const goods = studio.goods.items.value ?? [];
  const save = async (data: FormData) => {
    const products = data.getAll("products").map(String);
    if (await task.run(() => hosting.saveBag(products))) onClose();
  };
  return (
    <Dialog title={work.studio.editBag} onClose={onClose}>
      <Form error={task.error.value} onSend={save}>
        {goods.length === 0 && <p class={layout.muted}>{work.studio.noGoods}</p>}
        <FieldGroup legend={text.goods.bag} name="products">
          {goods.map((product) => (
            <CheckField
              key={product.id}
              label={product.title}
              name="products"
              value={product.id}
              checked={inBag.has(product.id)}
            />
          ))}
        </FieldGroup>
        <Button type="submit" look="primary" busy={task.busy.value}>
          {work.studio.saveBag}
        </Button>
      </Form>
    </Dialog>
  );
}
