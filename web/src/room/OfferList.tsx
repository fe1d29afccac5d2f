// The offers of the room, with a button each. Loaded when the first offer is there.
import type { Offer } from "../core/protocol.ts";
import type { Account } from "../state/account.ts";
import { unitsLeft, variantIn } from "../state/offering.ts";
import type { Room } from "../state/room.ts";
import { Button } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { momentOf, OfferCard, useServerNow } from "../ui/OfferCard.tsx";
import { offerText } from "../ui/offerStrings.ts";
import { WaitButton } from "./WaitButton.tsx";

interface OfferListProps {
  readonly room: Room;
  readonly account: Account;
  readonly onBuy: (offer: Offer) => void;
}

export function OfferList({ room, account, onBuy }: OfferListProps) {
  const now = useServerNow(room.offers);
  const offers = room.offers.current.value
    .map((offer) => ({ offer, ...momentOf(offer, now), left: unitsLeft(offer, room.bag.products.value) }))
    .filter(({ state }) => state !== "closed");
  if (offers.length === 0) return null;
  return (
    <section aria-label={offerText.title} aria-live="polite" class={layout.tight}>
      {offers.map(({ offer, state, seconds, left }) => (
        <OfferCard
          key={offer.id}
          offer={offer}
          variant={variantIn(offer, room.bag.products.value)}
          left={left}
          state={state === "open" && left === 0 ? "sold_out" : state}
          seconds={seconds}
        >
          {state === "sold_out" || (state === "open" && left === 0) ? (
            <WaitButton
              room={room}
              account={account}
              goods={{ offer: offer.id }}
              title={offer.title}
              onBuy={() => onBuy(offer)}
            />
          ) : offer.per_buyer - room.orders.unitsOf(offer) <= 0 ? (
            <p class={layout.muted}>{offerText.had}</p>
          ) : (
            <Button look="primary" disabled={state !== "open"} onClick={() => onBuy(offer)}>
              {offerText.buy}
            </Button>
          )}
        </OfferCard>
      ))}
    </section>
  );
}
