// The creator's goods, and adding one.
import { useSignal } from "@preact/signals";
import type { Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { ProductCard } from "../ui/ProductCard.tsx";
import { text } from "../ui/strings.ts";
import { ProductForm } from "./ProductForm.tsx";

export function MyGoods({ studio }: { readonly studio: Studio }) {
  const adding = useSignal(false);
  const goods = studio.goods.items.value;
  return (
    <section class={layout.card} aria-label={text.studio.goods}>
      <div class={layout.between}>
        <h2>{text.studio.goods}</h2>
        <Button onClick={() => (adding.value = true)}>{text.studio.addProduct}</Button>
      </div>
      <ErrorNote error={studio.goods.error.value} />
      {goods?.length === 0 && <p class={layout.empty}>{text.studio.noGoods}</p>}
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
