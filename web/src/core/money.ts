// Money between minor units (what the wire carries) and what a person reads and types. No floating point on the way in.
import type { Money } from "./protocol.ts";

/** How many decimals the currency has: 2 for CNY, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

let spoken: string | undefined;

/** Of the page's language; without one, the browser's. */
export function setMoneyLocale(locale?: string): void {
  spoken = locale;
}

export function formatMoney(money: Money, locale = spoken): string {
  const digits = minorDigits(money.currency);
  const format = new Intl.NumberFormat(locale, { style: "currency", currency: money.currency });
  return format.format(money.amount_minor / 10 ** digits);
}

/** A typed price ("19.9", "1 200", "19,90") in minor units, or null when it is not one. */
export function parsePrice(text: string, currency: string): number | null {
  const match = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.replace(/\s/g, ""));
  if (!match) return null;
  const digits = minorDigits(currency);
  const fraction = match[2] ?? "";
  if (fraction.length > digits) return null;
  return Number(`${match[1]}${fraction.padEnd(digits, "0")}`);
}
