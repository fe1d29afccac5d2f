// The words of adding goods from a table, in English; loaded with that dialog. See strings.ts.
import { count } from "./strings.ts";

export const importText = {
  button: "Import CSV",
  title: "Add goods from a table",
  body: "A CSV file with the columns title, price and stock; variant, currency and floor if you need them. Lines with the same title become variants of one product.",
  example: "Download an example",
  file: "CSV file",
  tooLarge: "The file is larger than 1 MB.",
  missing: (columns: readonly string[]) => `The first line must name these columns: ${columns.join(", ")}.`,
  faulty: (lines: number) =>
    `${count(lines, "line has", "lines have")} a fault and will be left out. Mend the file, or add the rest.`,
  fine: (lines: number) => `${count(lines, "line", "lines")} without a fault.`,
  lines: "Lines of the file",
  columns: ["Line", "Product", "Price", "Stock", "What is wrong"],
  faults: {
    title: "The title is missing or longer than 120 characters.",
    price: "The price is not an amount of this currency.",
    stock: "The stock is not a whole number up to 1,000,000.",
    floor: "The lowest price is no amount, or above the price.",
    currency: "The currency is unknown, or another than in the line above.",
    variant: "The variant is there twice, or longer than 80 characters.",
    columns: "There are more cells than columns: put texts with commas into quotes.",
  },
  add: (products: number) => `Add ${count(products, "product", "products")}`,
  stopped: (title: string, why: string) => `“${title}” was not added: ${why}`,
  added: (products: number) => `${count(products, "product was", "products were")} added.`,
};
