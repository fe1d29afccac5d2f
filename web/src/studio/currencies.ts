// The currencies that a seller may choose from, with their names in the reader's language.
const CODES = ["CNY", "USD", "EUR", "GBP", "JPY", "HKD", "SGD", "TWD", "KRW", "AUD", "CAD"];

/** For a list to choose from, with `usual` in it whatever it is. */
export function currencyChoices(usual: string): (readonly [code: string, label: string])[] {
  const codes = CODES.includes(usual) ? CODES : [usual, ...CODES];
  const names = new Intl.DisplayNames(document.documentElement.lang, { type: "currency" });
  return codes.map((code) => [code, `${code} · ${names.of(code) ?? code}`]);
}
