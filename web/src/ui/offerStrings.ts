// The words of offers, in English; loaded with them. See strings.ts.
import "./shopErrors.ts";
import type { OfferState } from "../core/protocol.ts";
import { count, numbers } from "./strings.ts";

export const offerText = {
  title: "Offers",
  state: {
    scheduled: "Starts soon",
    open: "On sale",
    sold_out: "Sold out",
    closed: "Closed",
  } satisfies Record<OfferState, string>,
  usually: "Usual price",
  left: (available: number, quantity: number) => `${numbers.format(available)} of ${numbers.format(quantity)} left`,
  perBuyer: (units: number) => `at most ${numbers.format(units)} for each buyer`,
  startsIn: (time: string) => `Starts in ${time}`,
  endsIn: (time: string) => `Ends in ${time}`,
  buy: "Buy at this price",
  had: "You have yours",
  firstToPay: "First to pay",

  open: "Open an offer",
  none: "No offer is open. A flash sale has a price, so many units and an end.",
  goods: "Product",
  price: "Offer price",
  units: "Units",
  limit: "For each buyer",
  lasts: "Lasts",
  minutes: (minutes: number) => count(minutes, "minute", "minutes"),
  untilEnd: "Until the show ends",
  mode: "Goods",
  modes: { reserve: "Held when ordered", first_to_pay: "First to pay has them" },
  badPrice: "The price is not an amount of this currency.",
  confirm: "Yes, this price is meant",
  start: "Start the offer",
  close: "Close offer",
  sold: (sold: number) => `${numbers.format(sold)} sold`,
  held: (held: number) => `${numbers.format(held)} being paid`,
};
