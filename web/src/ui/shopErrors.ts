// What can go wrong with buying, in English: added to the other faults where something is bought. See strings.ts.
import { errors } from "./strings.ts";

Object.assign(errors, {
  sold_out: "Sold out. There are not that many left.",
  not_on_sale: "This is not on sale now.",
  per_buyer_limit: "You have had as many of this offer as each buyer may.",
  offer_closed: "This offer is over.",
  offer_not_open: "This offer has not started.",
  coupon_unknown: "There is no such coupon.",
  coupon_not_for_this: "This coupon is for other goods.",
  coupon_used_up: "This coupon was used up.",
  coupon_per_person: "You have used this coupon already.",
  not_in_bag: "The host took this product out of the bag.",
  insufficient_funds: "There is not enough money in your wallet.",
  wallet_full: "Your wallet cannot hold that much.",
  order_state: "The order can no longer be changed.",
  order_gone: "The reservation ran out. You can order again.",
  key_reused: "This order was already sent with another content. Close the window and start again.",
});
