// The words of gifts, in English. Loaded with the gift menu, with the first gift of a room, and by the page of orders.
import "./shopErrors.ts";
import type { ApiError } from "../core/errors.ts";
import { formatMoney } from "../core/money.ts";
import type { GiftStreak, Money } from "../core/protocol.ts";
import { errorText, numbers } from "./strings.ts";

export const words = {
  title: "Send a gift",
  none: "There are no gifts in this shop.",
  send: (name: string, price: string) => `Send ${name} for ${price}`,
  combo: (streak: GiftStreak) => `${streak.gift.name} ×${numbers.format(streak.count)}`,
  sending: (count: number) => `Sending ${numbers.format(count)}…`,
  wallet: (amount: string) => `In your wallet: ${amount}`,
  hint: "Paid from your wallet at once; gifts are not refunded.",
  limit: "Set a daily limit",
  topUp: (amount: string) => `Top up ${amount}`,
  again: "Try again",
  feed: "Gifts",
  sent: (streak: GiftStreak) => `${streak.from.display_name} sent ${streak.gift.name}`,
  times: (count: number) => `×${numbers.format(count)}`,
  cap: {
    title: "Daily limit for gifts",
    label: (currency: string) => `At most a day, in ${currency}`,
    hint: "Empty: no limit. A lower limit holds at once; a higher one, or none, from the next day on. Days end at midnight UTC.",
    save: "Save limit",
    bad: "This is not an amount of this currency.",
    spent: (amount: string) => `Given today: ${amount}`,
    left: (amount: string) => `Left today: ${amount}`,
    later: (amount: string | null) => `From tomorrow (UTC): ${amount ?? "no limit"}`,
  },
  faults: {
    own_show: "Nobody sends gifts to himself.",
    network: "No answer: it is not known whether the gift arrived. Trying again sends it once.",
    above: (left: string) => `That is above your daily limit for gifts: ${left} are left today.`,
    reached: "You have reached your daily limit for gifts.",
  },
};

/** Why a gift was not taken. */
export function giftErrorText(error: ApiError, currency: string): string {
  if (error.code === "own_show") return words.faults.own_show;
  if (error.code === "network") return words.faults.network;
  if (error.code !== "gift_cap_reached") return errorText(error);
  const left: Money = { amount_minor: Number(error.fields.left_minor ?? 0), currency };
  return left.amount_minor > 0 ? words.faults.above(formatMoney(left)) : words.faults.reached;
}
