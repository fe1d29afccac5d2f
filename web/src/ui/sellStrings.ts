// The words of a seller's coupons, bundles and stock, in English; loaded with the studio. See strings.ts.
import "./shopErrors.ts";
import type { ApiError } from "../core/errors.ts";
import type { Movement } from "../core/rest.ts";
import { count, errorText, numbers } from "./strings.ts";

export const couponText = {
  title: "Coupons",
  none: "You have no coupon. A coupon takes something off your goods, for so many people and so long as you say.",
  make: "New coupon",
  create: "Make the coupon",
  code: "Code",
  codeHint: "What buyers type: 3 to 32 letters, digits, - and _.",
  kind: "Takes off",
  kinds: [
    ["percent", "A percentage"],
    ["fixed", "An amount"],
  ] as readonly (readonly ["percent" | "fixed", string])[],
  percent: "Percent off",
  amount: "Amount off",
  currency: "Currency",
  currencyHint: "It is for orders in this currency.",
  minimum: "Smallest order",
  minimumHint: "What the goods must cost; leave it empty for any order.",
  perPerson: "Uses per person",
  total: "Uses in all",
  totalHint: "Leave it empty for as many as come.",
  starts: "Valid from",
  ends: "Valid until",
  windowHint: "By this computer's clock; leave it empty for at once, or for no end.",
  wholeShop: "For the goods of every seller",
  badAmount: "This is not an amount of this currency.",
  state: {
    valid: "Valid",
    coming: "Not yet valid",
    over: "Run out",
    used_up: "Used up",
    disabled: "Ended",
  },
  off: (what: string) => `${what} off`,
  off_percent: (value: number) => `${numbers.format(value)} % off`,
  from: (amount: string) => `orders from ${amount}`,
  each: (uses: number) => `${count(uses, "use", "uses")} for each person`,
  used: (used: number, total: number | null) =>
    total === null
      ? `used ${count(used, "time", "times")}`
      : `used ${numbers.format(used)} of ${count(total, "time", "times")}`,
  since: (time: string) => `from ${time}`,
  until: (time: string) => `until ${time}`,
  shop: "every seller's goods",
  mine: "your goods",
  end: "End now",
  endTitle: (code: string) => `End ${code}?`,
  endBody: "No new order may use it. Orders that have it keep it. It cannot be made valid again.",
};

export const bundleText = {
  open: "Open a bundle",
  title: "Name of the bundle",
  titleHint: "Leave it empty to name it after what is in it.",
  hint: "How many of each are in one bundle:",
  price: "Price of the bundle",
  separately: (amount: string) => `Bought one by one: ${amount}`,
  enough: (bundles: number) => `The stock is enough for ${numbers.format(bundles)}.`,
  mixed: "A bundle is in one currency.",
  empty: "Choose what is in the bundle.",
};

export const stockText = {
  button: "Stock",
  title: (product: string) => `Stock of ${product}`,
  variant: "Variant",
  now: (stock: number, available: number) =>
    `${numbers.format(stock)} in all, ${numbers.format(available)} free to sell`,
  how: "What happened",
  ways: [
    ["more", "Came in"],
    ["less", "Went out"],
    ["counted", "Counted"],
  ] as readonly (readonly ["more" | "less" | "counted", string])[],
  units: "Units",
  inAll: "Units in all",
  cause: "Cause",
  causeHint: "Such as: delivery, broken, given away, stocktaking.",
  save: "Correct the stock",
  saved: "The stock is corrected.",
  movements: "What moved it",
  noMovements: "Nothing has moved it yet.",
  moved: (what: string, units: number) => `${what}: ${numbers.format(units)}`,
  order: (id: string) => `Order ${id}`,
  added: "Added with the product",
  kinds: {
    received: "Came in",
    removed: "Went out",
    reserved: "Reserved by an order",
    released: "Given back by an order",
    sold: "Sold",
    returned: "Returned after a refund",
  } satisfies Record<Movement["kind"], string>,
  more: "Show more",
};

export const floorText = {
  label: "Lowest price in offers",
  hint: "No offer and no coupon goes below it; leave it empty for no such price.",
  bad: "The lowest price is not an amount of this currency, or is above the price.",
};

export const refundText = {
  sent: "Mark as sent",
  open: "Refund",
  title: (buyer: string) => `Refund to ${buyer}`,
  amount: (currency: string) => `Amount (${currency})`,
  amountHint: (left: string) => `Leave it empty for all that is left of it: ${left}.`,
  badAmount: "This is not an amount of this currency.",
  reason: "Reason",
  reasonHint: "It is kept with the refund.",
  returnGoods: "The goods come back into the stock",
  give: "Give it back",
  given: (amount: string) => `${amount} given back`,
};

export const sellFaults: Record<string, string> = {
  below_floor: "The price is below the lowest that you set for these goods.",
  code_taken: "This code is taken. Choose another one.",
  currency_mixed: "A bundle is in one currency.",
  forbidden: "Others have sold something in this order too, so only the shop may do this.",
  refund_too_large: "That is more than what is left of the payment.",
  goods_returned: "The goods are back in the stock already.",
};

/** What a seller is told; the words for everybody otherwise. */
export function sellFaultText(error: ApiError): string {
  return sellFaults[error.code] ?? errorText(error);
}
