// Orders of the seller's goods: a table, narrowed by state and show, and the same as a file.
import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { useEffect } from "preact/hooks";
import type { Http } from "../core/http.ts";
import { formatMoney } from "../core/money.ts";
import { orderNumber } from "../core/orderNumber.ts";
import type { Money, Show } from "../core/protocol.ts";
import type { Sale } from "../core/rest.ts";
import { at } from "../core/shopPath.ts";
import { Listing } from "../state/listing.ts";
import { Button, ButtonLink } from "../ui/Button.tsx";
import { buyText } from "../ui/buyStrings.ts";
import { SelectField } from "../ui/Field.tsx";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { PriceTag } from "../ui/PriceTag.tsx";
import { refundText } from "../ui/sellStrings.ts";
import { words } from "../ui/shopStrings.ts";
import { formatTime } from "../ui/strings.ts";
import { SaleActions } from "./SaleActions.tsx";
import styles from "./Sales.module.css";

interface SalesProps {
  readonly http: Http;
  readonly shows: readonly Show[];
}

export function Sales({ http, shows }: SalesProps) {
  const state = useSignal("");
  const show = useSignal("");
  const query = new URLSearchParams({ state: state.value, show: show.value }).toString();
  const proceeds = useSignal<readonly Money[]>([]);
  const read = () =>
    new Listing<Sale>(http, "sales", query, (answer) => (proceeds.value = answer.proceeds as readonly Money[]));
  const list = useSignal(read());
  useEffect(() => {
    list.value = read();
    void list.value.refresh();
  }, [query]);
  const all = ["", words.sales.all] as const;
  return (
    <section class={layout.card} aria-label={words.sales.title}>
      <div class={layout.between}>
        <h2>{words.sales.title}</h2>
        <span class={layout.actions}>
          <Button small onClick={() => list.value.refresh()}>
            {words.sales.refresh}
          </Button>
          <ButtonLink small href={at(`/api/v1/sales.csv?${query}&bom=1`)}>
            {words.sales.export}
          </ButtonLink>
        </span>
      </div>
      <Proceeds earned={proceeds.value} />
      <div class={layout.pair}>
        <SelectField
          label={words.sales.state}
          value={state.value}
          options={[all, ...Object.entries(words.orders.state)]}
          onPick={(picked) => (state.value = picked)}
        />
        <SelectField
          label={words.sales.show}
          value={show.value}
          options={[all, ...shows.map((each) => [each.id, each.title] as const)]}
          onPick={(picked) => (show.value = picked)}
        />
      </div>
      <ErrorNote error={list.value.error.value} />
      <SalesTable http={http} sales={list.value.items.value} onChange={() => list.value.refresh()} />
    </section>
  );
}

function Proceeds({ earned }: { readonly earned: readonly Money[] }) {
  if (earned.length === 0) return null;
  return (
    <p>
      {words.sales.earned}{" "}
      {earned.map((money) => (
        <Fragment key={money.currency}>
          <PriceTag money={money} />{" "}
        </Fragment>
      ))}
      <span class={`${layout.muted} ${layout.small}`}>{words.sales.earnedHint}</span>
    </p>
  );
}

interface SalesTableProps {
  readonly http: Http;
  readonly sales: readonly Sale[] | null;
  readonly onChange: () => Promise<void>;
}

function SalesTable({ http, sales, onChange }: SalesTableProps) {
  if (sales === null) return null;
  if (sales.length === 0) return <p class={layout.empty}>{words.sales.none}</p>;
  const [ordered, buyer, goods, total, state, toDo] = words.sales.columns;
  return (
    <div class={styles.scroll}>
      <table class={styles.table}>
        <thead>
          <tr>
            {words.sales.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sales.map((sale) => (
            <tr key={sale.id}>
              <td data-column={ordered}>
                {formatTime(sale.created_at)}
                <div class={`${layout.small} ${layout.muted}`}>{words.orders.order(orderNumber(sale.id))}</div>
              </td>
              <td data-column={buyer}>{sale.buyer.handle}</td>
              <td data-column={goods}>
                {sale.lines.map((line) => (
                  <div key={line.variant}>{words.orders.times(line.title, line.variant_title, line.quantity)}</div>
                ))}
              </td>
              <td data-column={total}>
                <PriceTag money={sale.total} />
                {sale.discount.amount_minor > 0 && (
                  <div class={`${layout.small} ${layout.muted}`}>
                    {buyText.discount(sale.coupon)}: −{formatMoney(sale.discount)}
                  </div>
                )}
              </td>
              <td data-column={state}>
                {words.orders.state[sale.state]}
                {sale.refunded_minor > 0 && (
                  <div class={`${layout.small} ${layout.muted}`}>
                    {refundText.given(formatMoney({ ...sale.total, amount_minor: sale.refunded_minor }))}
                  </div>
                )}
              </td>
              <td data-column={toDo}>
                <SaleActions http={http} sale={sale} onChange={onChange} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
