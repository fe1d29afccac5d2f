// The goods of the show: what is in the bag, which one is being shown, and what is left.
import { useSignal } from "@preact/signals";
import type { Product } from "../core/protocol.ts";
import type { Hosting } from "../state/hosting.ts";
import type { Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { CheckField } from "../ui/Field.tsx";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { ProductCard } from "../ui/ProductCard.tsx";
import { text } from "../ui/strings.ts";
import { work } from "../ui/workStrings.ts";

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
  return (
    <section class={layout.card} aria-label={text.goods.bag}>
      <div class={layout.between}>
        <h2>{text.goods.bag}</h2>
        {!ended && <Button onClick={() => (editing.value = true)}>{work.studio.editBag}</Button>}
      </div>
      <ErrorNote error={task.error.value} />
      {bag.products.value.length === 0 && <p class={layout.empty}>{text.goods.emptyBag}</p>}
      <ul class={layout.list}>
        {bag.products.value.map((product) => (
          <li key={product.id}>
            <ProductCard
              product={product}
              flag={product.id === shown && !ended ? work.studio.explainingNow : undefined}
            >
              {!ended && <ShowButton product={product} shown={shown} busy={task.busy.value} onShow={show} />}
            </ProductCard>
          </li>
        ))}
      </ul>
      {editing.value && <BagEditor hosting={hosting} studio={studio} onClose={() => (editing.value = false)} />}
    </section>
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
  const save = async (form: HTMLFormElement) => {
    const products = new FormData(form).getAll("products").map(String);
    if (await task.run(() => hosting.saveBag(products))) onClose();
  };
  return (
    <Dialog title={work.studio.editBag} onClose={onClose}>
      <form
        class={layout.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void save(event.currentTarget);
        }}
      >
        {goods.length === 0 && <p class={layout.muted}>{work.studio.noGoods}</p>}
        <div>
          {goods.map((product) => (
            <CheckField
              key={product.id}
              label={product.title}
              name="products"
              value={product.id}
              checked={inBag.has(product.id)}
            />
          ))}
        </div>
        <ErrorNote error={task.error.value} />
        <Button type="submit" look="primary" busy={task.busy.value}>
          {work.studio.saveBag}
        </Button>
      </form>
    </Dialog>
  );
}
