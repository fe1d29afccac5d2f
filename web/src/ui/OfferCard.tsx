// One offer: its price beside the usual one, what is left, and how long; the caller brings the button.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { formatMoney } from "../core/money.ts";
import type { Offer, OfferState } from "../core/protocol.ts";
import { type ShowOffers, secondsLeft, stateAt } from "../state/offers.ts";
import { clockOf } from "./clock.ts";
import styles from "./OfferCard.module.css";
import { offerText } from "./offerStrings.ts";
import { PriceTag } from "./PriceTag.tsx";

const TICK_MS = 250;

interface OfferCardProps {
  readonly offer: Offer;
  /** See `variantIn`. */
  readonly variant: string;
  /** Units that may still be bought: the offer's, or the stock if that is less. */
  readonly left: number;
  readonly state: OfferState;
  readonly seconds: number | null;
  readonly children?: ComponentChildren;
}

export function OfferCard({ offer, variant, left, state, seconds, children }: OfferCardProps) {
  const usual = { amount_minor: offer.list_minor, currency: offer.price.currency };
  return (
    <article class={styles.card} aria-label={offer.title}>
      <div class={styles.words}>
        <span class={styles.title}>{offer.title}</span>
        {variant !== "" && <span>{variant}</span>}
        <span class={styles.prices}>
          <PriceTag money={offer.price} />
          {offer.list_minor > offer.price_minor && (
            <s class={styles.usual} title={offerText.usually}>
              {formatMoney(usual)}
            </s>
          )}
        </span>
        <span class={styles.facts}>
          <span>{state === "open" && left > 0 ? offerText.left(left, offer.quantity) : offerText.state[state]}</span>
          {offer.per_buyer < offer.quantity && <span>{offerText.perBuyer(offer.per_buyer)}</span>}
          {offer.mode === "first_to_pay" && <span>{offerText.firstToPay}</span>}
        </span>
        {seconds !== null && state !== "closed" && (
          <span class={styles.clock} role="timer">
            {state === "scheduled" ? offerText.startsIn(clockOf(seconds)) : offerText.endsIn(clockOf(seconds))}
          </span>
        )}
      </div>
      {children}
    </article>
  );
}

/** The server's time, again and again. */
export function useServerNow(offers: ShowOffers): number {
  const now = useSignal(offers.serverNow());
  useEffect(() => {
    const timer = setInterval(() => (now.value = offers.serverNow()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now.value;
}

export function momentOf(offer: Offer, nowMs: number): { state: OfferState; seconds: number | null } {
  return { state: stateAt(offer, nowMs), seconds: secondsLeft(offer, nowMs) };
}
