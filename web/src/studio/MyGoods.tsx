// The creator's goods, adding one, editing them, and their stock.
import { useSignal } from "@preact/signals";
import type { Http } from "../core/http.ts";
import type { Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { importText } from "../ui/importStrings.ts";
import { lazy } from "../ui/Lazy.tsx";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { ProductCard } from "../ui/ProductCard.tsx";
import { Skeletons } from "../ui/Skeleton.tsx";
import { stockText } from "../ui/sellStrings.ts";
import { words } from "../ui/shopStrings.ts";
import { work } from "../ui/workStrings.ts";
import { ProductEditor } from "./ProductEditor.tsx";
import { ProductForm } from "./ProductForm.tsx";
import { StockDialog } from "./StockDialog.tsx";

const GoodsImport = lazy(() => import("./GoodsImport.tsx").then((part) => part.GoodsImport));

interface MyGoodsProps {
  readonly http: Http;
  readonly studio: Studio;
}

export function MyGoods({ http, studio }: MyGoodsProps) {
  const adding = useSignal(false);
  const importing = useSignal(false);
  const editing = useSignal<string | null>(null);
  const counting = useSignal<string | null>(null);
  const goods = studio.goods.items.value;
  const edited = goods?.find((product) => product.id === editing.value);
  const counted = goods?.find((product) => product.id === counting.value);
  return (
    <section class={layout.card} aria-label={work.studio.goods}>
      <div class={layout.between}>
        <h2>{work.studio.goods}</h2>
        <span class={layout.actions}>
          <Button look="quiet" onClick={() => (importing.value = true)}>
            {importText.button}
          </Button>
          <Button onClick={() => (adding.value = true)}>{work.studio.addProduct}</Button>
        </span>
      </div>
      <ErrorNote error={studio.goods.error.value} />
      {goods === null && studio.goods.error.value === null && <Skeletons count={2} />}
      {goods?.length === 0 && <p class={layout.empty}>{work.studio.noGoods}</p>}
      <ul class={layout.list}>
        {goods?.map((product) => (
          <li key={product.id}>
            <ProductCard product={product} flag={product.on_sale ? undefined : words.goods.offSale}>
              <span class={layout.actions}>
                <Button small onClick={() => (counting.value = product.id)}>
                  {stockText.button}
                </Button>
                <Button small onClick={() => (editing.value = product.id)}>
                  {words.goods.editButton}
                </Button>
              </span>
            </ProductCard>
          </li>
        ))}
      </ul>
      {edited && <ProductEditor studio={studio} product={edited} onClose={() => (editing.value = null)} />}
      {counted && <StockDialog http={http} studio={studio} product={counted} onClose={() => (counting.value = null)} />}
      {importing.value && <GoodsImport studio={studio} onClose={() => (importing.value = false)} />}
      {adding.value && <ProductForm studio={studio} onClose={() => (adding.value = false)} />}
    </section>
  );
}
