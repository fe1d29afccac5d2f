// The words of the wallet, in English; loaded with the page of orders. See strings.ts.
import "./shopErrors.ts";
export const walletText = {
  title: "Wallet",
  topUp: "Top up",
  amount: "Amount",
  currency: "Currency",
  badAmount: "This is not an amount of this currency.",
  free: "For nothing (demo)",
  filled: (amount: string) => `${amount} is in your wallet.`,
  waiting: "We are waiting for the payment provider. The money appears here by itself.",
  failed: (reason: string | null) =>
    reason === "declined" || reason === null
      ? "The payment was declined. Nothing was charged."
      : `The payment failed (${reason}). Nothing was charged.`,
  givenBack: (amount: string) => `The payment was given back: ${amount}.`,
};
