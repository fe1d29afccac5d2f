// Goods from a table (CSV): what each line means, and what is wrong with it, before anything is sent. Pure.
import { parsePrice } from "../core/money.ts";
import type { ProductDraft } from "./studio.ts";

/** What a line may be refused for; the page has the words. */
export type LineFault = "title" | "price" | "stock" | "floor" | "currency" | "variant" | "columns";

export interface GoodsLine {
  /** As a spreadsheet numbers it: the head is 1. */
  readonly number: number;
  readonly title: string;
  readonly variant: string;
  readonly price: string;
  readonly stock: string;
  readonly faults: readonly LineFault[];
}

export interface GoodsFile {
  readonly lines: readonly GoodsLine[];
  /** Of the lines without a fault; lines with the same title are variants of one product. */
  readonly products: readonly ProductDraft[];
  /** The head lacks these columns: nothing can be read. */
  readonly missing: readonly string[];
}

const NEEDED = ["title", "price", "stock"];
const TITLE_MAX = 120;
const VARIANT_MAX = 80;
const STOCK_MAX = 1_000_000;
const LINES_MAX = 500;

/** RFC 4180, with the commas, semicolons or tabs that spreadsheets write. Lines with nothing in them are left out. */
export function cellsOf(text: string): string[][] {
  const clean = text.replace(/^\uFEFF/, "");
  const head = clean.split(/\r?\n/, 1)[0] ?? "";
  const [separator = ","] = [";", "\t", ","].filter((sign) => head.includes(sign));
  const rows: string[][] = [[]];
  let cell = "";
  let quoted = false;
  const endCell = () => {
    rows.at(-1)?.push(cell.trim());
    cell = "";
  };
  for (let i = 0; i < clean.length; i += 1) {
    const sign = clean[i] ?? "";
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (clean[i + 1] === '"') cell += clean[++i];
      else quoted = false;
    } else if (sign === '"' && cell.trim() === "") {
      cell = "";
      quoted = true;
    } else if (sign === separator) endCell();
    else if (sign === "\n") {
      endCell();
      rows.push([]);
    } else cell += sign;
  }
  endCell();
  return rows.filter((row) => row.some((each) => each !== ""));
}

export function readGoods(text: string, usual: string, currencies: readonly string[]): GoodsFile {
  const [head = [], ...rows] = cellsOf(text);
  const columns = head.map((name) => name.toLowerCase());
  const missing = NEEDED.filter((name) => !columns.includes(name));
  if (missing.length > 0) return { lines: [], products: [], missing };
  const products = new Map<string, ProductDraft>();
  const lines = rows.slice(0, LINES_MAX).map((row, index): GoodsLine => {
    const of = (name: string) => row[columns.indexOf(name)] ?? "";
    const [title, variant, price, stock] = [of("title"), of("variant"), of("price"), of("stock")];
    const currency = (of("currency") || usual).toUpperCase();
    const known = currencies.includes(currency);
    const price_minor = known ? parsePrice(price, currency) : null;
    const floor_minor = of("floor") === "" || !known ? null : parsePrice(of("floor"), currency);
    const units = /^\d{1,7}$/.test(stock) ? Number(stock) : -1;
    const before = products.get(title);
    const name = variant || title;
    const faults = Object.entries({
      columns: row.length > columns.length,
      title: title === "" || title.length > TITLE_MAX,
      currency: !known || (before !== undefined && before.currency !== currency),
      price: known && (price_minor === null || price_minor === 0),
      stock: units < 0 || units > STOCK_MAX,
      floor: known && of("floor") !== "" && (floor_minor === null || floor_minor > (price_minor ?? 0)),
      variant: variant.length > VARIANT_MAX || before?.variants.some((each) => each.title === name) === true,
    }).flatMap(([fault, wrong]) => (wrong ? [fault as LineFault] : []));
    if (faults.length === 0 && price_minor !== null) {
      const added = { title: name, price_minor, stock: units, floor_minor };
      products.set(title, { title, currency, variants: [...(before?.variants ?? []), added] });
    }
    // The head is line 1. A cell with a line break counts as one line here, as in a spreadsheet.
    return { number: index + 2, title, variant, price, stock, faults };
  });
  return { lines, products: [...products.values()], missing };
}
