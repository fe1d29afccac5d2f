// The words for who comes back from a provider's page; loaded with that dialog alone.
import "./shopErrors.ts";
export const returnText = {
  title: "Your payment",
  waiting: "We are waiting for the payment provider. This page will say when it is paid.",
  failed: (reason: string | null) =>
    reason === "declined" || reason === null
      ? "The payment was declined. Nothing was charged, and the goods are still kept for you."
      : `The payment failed (${reason}). Nothing was charged, and the goods are still kept for you.`,
  givenBack: (reason: string | null, money: string) => `${why(reason)} ${money} goes back to you.`,
  unpaid: "The order is not paid yet. The goods are kept for you.",
  over: "The order is closed and was not paid. You can order again.",
  payAgain: "Pay by card again",
  toPage: "To the payment page",
  whys: {
    "": "The payment was given back.",
    sold_out: "The payment came after the reservation had run out, and the goods were sold out by then.",
    already_paid: "The order was paid already.",
  } as Record<string, string>,
};

function why(reason: string | null): string {
  return returnText.whys[reason ?? ""] ?? returnText.whys[""] ?? "";
}
