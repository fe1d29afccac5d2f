// The words of buying, in English; loaded when somebody buys or looks at orders. See strings.ts.
import "./shopErrors.ts";
import type { ApiError } from "../core/errors.ts";
import type { Units, UnitsFault } from "../state/units.ts";
import { errorText, numbers } from "./strings.ts";

export const buyText = {
  title: (product: string) => `Buy ${product}`,
  pictures: "Pictures",
  picture: (number: number, of: number) => `Picture ${number} of ${of}, in a new tab`,
  variant: "Variant",
  quantity: "Quantity",
  less: (quantity: string) => `${quantity}: one less`,
  more: (quantity: string) => `${quantity}: one more`,
  units: {
    not_whole: () => "Type a whole number, 1 or more.",
    stock: (most: string) => `Only ${most} left.`,
    buyer: (most: string) => `Each buyer may have ${most} of it.`,
    order: (most: string) => `At most ${most} in one order.`,
  },
  total: "Total",
  wallet: "In your wallet",
  way: "Pay with",
  ways: { wallet: "Wallet", sandbox: "Test card (no money moves)", stripe: "Card" } as Record<string, string>,
  buyNow: "Buy now",
  toCart: "Put into the cart",
  setToCart: "Put the set into the cart",
  inCart: "It is in your cart.",
  openCart: "Open the cart",
  payNow: "Pay now",
  topUp: (amount: string) => `Top up ${amount} and pay`,
  cancelOrder: "Cancel order",
  reservedUntil: (time: string) => `The goods are reserved for you until ${time}.`,
  reserved: "The goods are reserved for you.",
  notHeld: "Nothing is reserved: whoever pays first has it.",
  coupon: "Coupon",
  short: "Your wallet has not enough for this. Pay another way, or fill it first.",
  toWallet: "Fill the wallet",
  discount: (coupon: string | null) => (coupon === null ? "Discount" : `Discount (${coupon})`),
  paid: "Paid. Thank you!",
  order: (id: string) => `Order ${id}`,
  done: "Back to the show",
  soldOut: "Sold out.",
  soldOutNow: (title: string) => `${title} has just been sold out. What you chose is kept.`,
  others: "Choose another one, or wait for this one.",
  waitFor: "Wait for one that is sold out",
  couponFaults: {
    invalid: "No coupon has such a code: it has 3 to 32 letters, digits, - and _.",
    coupon_disabled: "This coupon is not valid any more.",
    coupon_ended: "This coupon has run out.",
    coupon_not_started: "This coupon is not valid yet.",
    coupon_minimum: "The coupon is for larger orders than this one.",
  } as Record<string, string>,
};

export function couponFaultText(fault: ApiError): string {
  return buyText.couponFaults[fault.code] ?? errorText(fault);
}

/** What is wrong with how many are wanted, under these limits. */
export function unitsFaultText(fault: UnitsFault | null, { most }: Units): string | undefined {
  return fault === null ? undefined : buyText.units[fault](numbers.format(most));
}
