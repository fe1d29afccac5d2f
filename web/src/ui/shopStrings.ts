// The words of the page of cart and orders, and of the lists of orders in the studio, in English. See strings.ts.
import "./shopErrors.ts";
import type { OrderState, PaymentState } from "../core/protocol.ts";
import { count } from "./strings.ts";

export const words = {
  orders: {
    title: "Orders",
    signInFirst: "Sign in to see your cart and your orders.",
    refusal: "Your account has no orders.",
    none: "You have not ordered anything yet. What you buy in a show stands here.",
    order: (id: string) => `Order ${id}`,
    placed: (time: string) => `Ordered ${time}`,
    paid: (time: string) => `Paid ${time}`,
    left: (clock: string) => `Reserved for another ${clock}`,
    payment: {
      processing: "The payment is under way.",
      failed: "The last payment failed. Nothing was charged.",
    } as Partial<Record<PaymentState, string>>,
    payWithin: (clock: string) => `To be paid within ${clock}`,
    runOut: "The reservation has run out.",
    pay: "Pay",
    toOrders: "To the orders",
    topUpAndPay: (amount: string) => `Top up ${amount} and pay`,
    cancel: "Cancel order",
    state: {
      reserved: "Reserved",
      paid: "Paid",
      fulfilled: "Delivered",
      cancelled: "Cancelled",
      expired: "Expired",
      refunded: "Refunded",
    } as Record<OrderState, string>,
    times: (title: string, variant: string, quantity: number) =>
      `${variant === "" || variant === title ? title : `${title} (${variant})`} × ${quantity}`,
  },

  cart: {
    title: "Cart",
    empty: "Your cart is empty. What you put into it in a show waits here.",
    units: "Quantity",
    quantity: (title: string) => `Quantity of ${title}`,
    remove: "Take out",
    wasPrice: (price: string) => `It was ${price}.`,
    accept: "Take it at this price",
    checkOut: "Order all",
    apply: "Apply",
    total: "Total",
    refused: "Nothing was ordered: some of the cart cannot be ordered as it is.",
    made: (orders: number) => `${count(orders, "order is", "orders are")} reserved for you. Pay them below.`,
    problems: {
      sold_out: "There are not that many left.",
      not_on_sale: "This is not on sale now.",
      not_in_bag: "The show does not sell this any more.",
      show_ended: "The show has ended.",
      price_changed: "The price has changed.",
      no_price: "There is no price in this currency any more.",
      not_found: "This is not there any more.",
    } as Record<string, string>,
    otherProblem: (code: string) => `This cannot be ordered now (${code}).`,
  },

  toSettings: "Settings: purchases, daily limit for gifts, your data",

  sales: {
    title: "Orders of my goods",
    none: "Nobody has ordered these yet. Choose another state or show, or look again after your next one.",
    state: "State",
    show: "Show",
    all: "All",
    refresh: "Refresh",
    export: "Download as CSV",
    columns: ["Ordered", "Buyer", "Goods", "Total", "State", "What to do"],
  },

  goods: {
    editButton: "Edit",
    edit: (title: string) => `Edit ${title}`,
    onSale: "On sale",
    offSale: "Not on sale",
    link: "Link to your own page about it",
    linkHint: "An https address; viewers see which site it leads to.",
    pictures: "Pictures",
    picturesHint: "JPEG, PNG or WebP, at most 10 MB. The first one stands in the bag.",
    addPicture: "Add picture",
    picture: (index: number) => `Picture ${index}`,
    first: "Make it the first",
    remove: "Remove picture",
    variant: (index: number) => `Variant ${index}`,
    addVariant: "Add variant",
    variantHint: "A new variant has nothing in stock at first.",
  },
};
