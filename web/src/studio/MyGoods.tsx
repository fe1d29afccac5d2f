// The creator's goods, and adding one.
import { useSignal } from "@preact/signals";
import type { Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { ProductCard } from "../ui/ProductCard.tsx";
import { work } from "../ui/workStrings.ts";
import { ProductForm } from "./ProductForm.tsx";

export function MyGoods({ studio }: { readonly studio: Studio }) {
  const adding = useSignal(false);
  const goods = studio.goods.items.value;
  return (
    <section class={layout.card} aria-label={work.studio.goods}>
      <div class={layout.between}>
        <h2>{work.studio.goods}</h2>
        <Button onClick={() => (adding.value = true)}>{work.studio.addProduct}</Button>
      </div>
      <ErrorNote error={studio.goods.error.value} />
      {goods?.length === 0 && <p class={layout.empty}>{work.studio.noGoods}</p>}
      <ul class={layout.list}>
        {goods?.map((product) => (
          <li key={product.id}>
            <ProductCard product={product} />
          </li>
        ))}
      </ul>
      {adding.value && <ProductForm studio={studio} onClose={() => (adding.value = false)} />}
    </section>
  );
}
