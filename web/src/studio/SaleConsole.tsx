// The host's sale console: open an offer or a bundle of goods of the bag, watch it sell, close it.
import { useSignal } from "@preact/signals";
import type { Hosting } from "../state/hosting.ts";
import { unitsLeft, variantIn } from "../state/offering.ts";
import { Button } from "../ui/Button.tsx";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { momentOf, OfferCard, useServerNow } from "../ui/OfferCard.tsx";
import { offerText } from "../ui/offerStrings.ts";
import { bundleText } from "../ui/sellStrings.ts";
import { BundleForm } from "./BundleForm.tsx";
import { OfferForm } from "./OfferForm.tsx";

export function SaleConsole({ hosting }: { readonly hosting: Hosting }) {
  const { room } = hosting;
  const task = useTask();
  const opening = useSignal<"offer" | "bundle" | null>(null);
  const empty = room.bag.products.value.length === 0;
  const now = useServerNow(room.offers);
  const offers = room.offers.current.value
    .map((offer) => ({ offer, ...momentOf(offer, now) }))
    .filter(({ state }) => state !== "closed");
  return (
    <section class={layout.card} aria-label={offerText.title}>
      <div class={layout.between}>
        <h2>{offerText.title}</h2>
        <span class={layout.actions}>
          <Button small disabled={empty} onClick={() => (opening.value = "bundle")}>
            {bundleText.open}
          </Button>
          <Button small disabled={empty} onClick={() => (opening.value = "offer")}>
            {offerText.open}
          </Button>
        </span>
      </div>
      <ErrorNote error={task.error.value} />
      {offers.length === 0 && <p class={layout.empty}>{offerText.none}</p>}
      {offers.map(({ offer, state, seconds }) => (
        <OfferCard
          key={offer.id}
          offer={offer}
          variant={variantIn(offer, room.bag.products.value)}
          left={unitsLeft(offer, room.bag.products.value)}
          state={state}
          seconds={seconds}
        >
          <span class={layout.muted}>
            {offerText.sold(offer.sold)} · {offerText.held(offer.quantity - offer.available - offer.sold)}
          </span>
          <Button small busy={task.busy.value} onClick={() => task.run(() => hosting.closeOffer(offer.id))}>
            {offerText.close}
          </Button>
        </OfferCard>
      ))}
      {opening.value === "offer" && <OfferForm hosting={hosting} onClose={() => (opening.value = null)} />}
      {opening.value === "bundle" && <BundleForm hosting={hosting} onClose={() => (opening.value = null)} />}
    </section>
  );
}
