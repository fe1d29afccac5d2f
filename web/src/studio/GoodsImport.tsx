// Adding many goods from a table: what would be added and what is wrong with it is shown before anything is sent.
import { useSignal } from "@preact/signals";
import { type GoodsFile, readGoods } from "../state/goodsFile.ts";
import type { Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { TextField } from "../ui/Field.tsx";
import { useTask } from "../ui/form.ts";
import { importText } from "../ui/importStrings.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { errorText } from "../ui/strings.ts";
import { currencyChoices } from "./currencies.ts";
import styles from "./GoodsImport.module.css";

interface GoodsImportProps {
  readonly studio: Studio;
  readonly onClose: () => void;
}

const MOST_BYTES = 1_000_000;
/** So many lines are shown; those at fault before the others. */
const LINES_SHOWN = 100;

export function GoodsImport({ studio, onClose }: GoodsImportProps) {
  const task = useTask();
  const file = useSignal<GoodsFile | null>(null);
  const tooLarge = useSignal(false);
  const done = useSignal(0);
  const usual = studio.goods.items.value?.[0]?.currency ?? "CNY";
  const look = async (chosen: File | undefined) => {
    done.value = 0;
    file.value = null;
    tooLarge.value = (chosen?.size ?? 0) > MOST_BYTES;
    if (!chosen || tooLarge.value) return;
    const currencies = currencyChoices(usual).map(([code]) => code);
    file.value = readGoods(await chosen.text(), usual, currencies);
  };
  const send = () =>
    task.run(async () => {
      // What was added is out of the list: after a fault, a second press goes on and adds nothing twice.
      for (let next = file.value?.products[0]; file.value && next; next = file.value.products[0]) {
        await studio.addProduct(next);
        file.value = { ...file.value, products: file.value.products.slice(1) };
        done.value += 1;
      }
      onClose();
    });
  const products = file.value?.products.length ?? 0;
  const next = file.value?.products[0];
  return (
    <Dialog title={importText.title} onClose={onClose}>
      <p>{importText.body}</p>
      <a href={EXAMPLE} download="goods.csv">
        {importText.example}
      </a>
      <TextField
        label={importText.file}
        type="file"
        accept=".csv,text/csv"
        fault={unreadable(tooLarge.value, file.value)}
        onChange={({ currentTarget }) => void look(currentTarget.files?.[0])}
      />
      <div role="status">{file.value && file.value.missing.length === 0 && <Found file={file.value} />}</div>
      {done.value > 0 && <p>{importText.added(done.value)}</p>}
      <ErrorNote error={task.error.value} told={(error) => importText.stopped(next?.title ?? "", errorText(error))} />
      <div class={layout.actions}>
        <Button look="primary" busy={task.busy.value} disabled={products === 0} onClick={send}>
          {importText.add(products)}
        </Button>
      </div>
    </Dialog>
  );
}

/** A file of our own origin's page: nothing is asked of the server. */
const EXAMPLE = `data:text/csv;charset=utf-8,${encodeURIComponent(
  "title,variant,price,currency,stock,floor\r\nCeladon cup,Blue,19.90,,5,12\r\nCeladon cup,Green,19.90,,3,12\r\n",
)}`;

/** Why nothing of the file can be taken. */
function unreadable(tooLarge: boolean, file: GoodsFile | null): string | undefined {
  if (tooLarge) return importText.tooLarge;
  return file && file.missing.length > 0 ? importText.missing(file.missing) : undefined;
}

function Found({ file }: { readonly file: GoodsFile }) {
  const wrong = file.lines.filter(({ faults }) => faults.length > 0);
  const shown = [...wrong, ...file.lines.filter(({ faults }) => faults.length === 0)].slice(0, LINES_SHOWN);
  return (
    <div class={layout.item}>
      <Note tone={wrong.length > 0 ? "warn" : "good"}>
        {wrong.length > 0 ? importText.faulty(wrong.length) : importText.fine(file.lines.length)}
      </Note>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard. */}
      <section class={styles.scroll} tabIndex={0} aria-label={importText.lines}>
        <table class={styles.lines}>
          <thead>
            <tr>
              {importText.columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((line) => (
              <tr key={line.number} class={line.faults.length > 0 ? styles.wrong : undefined}>
                <td>{line.number}</td>
                <td>
                  {line.title} {line.variant !== "" && `(${line.variant})`}
                </td>
                <td>{line.price}</td>
                <td>{line.stock}</td>
                <td>{line.faults.map((fault) => importText.faults[fault]).join(" ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
