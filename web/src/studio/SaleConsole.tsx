// The host's sale console: open an offer on goods of the bag, watch it sell, close it.
import { useSignal } from "@preact/signals";
import { formatMoney, parsePrice } from "../core/money.ts";
import type { Product } from "../core/protocol.ts";
import type { Hosting } from "../state/hosting.ts";
import { unitsLeft } from "../state/offering.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { CheckField, SelectField, TextField } from "../ui/Field.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { momentOf, OfferCard, useServerNow } from "../ui/OfferCard.tsx";
import { offerText } from "../ui/offerStrings.ts";

const MINUTES = [1, 3, 5, 10, 30, 60];

export function SaleConsole({ hosting }: { readonly hosting: Hosting }) {
  const { room } = hosting;
  const task = useTask();
  const opening = useSignal(false);
  const now = useServerNow(room.offers);
  const offers = room.offers.current.value
    .map((offer) => ({ offer, ...momentOf(offer, now) }))
    .filter(({ state }) => state !== "closed");
  return (
    <section class={layout.card} aria-label={offerText.title}>
      <div class={layout.between}>
        <h2>{offerText.title}</h2>
        <Button disabled={room.bag.products.value.length === 0} onClick={() => (opening.value = true)}>
          {offerText.open}
        </Button>
      </div>
      <ErrorNote error={task.error.value} />
      {offers.length === 0 && <p class={layout.empty}>{offerText.none}</p>}
      {offers.map(({ offer, state, seconds }) => (
        <OfferCard
          key={offer.id}
          offer={offer}
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
      {opening.value && <OfferForm hosting={hosting} onClose={() => (opening.value = false)} />}
    </section>
  );
}

interface Choice {
  readonly variant: string;
  readonly label: string;
  readonly currency: string;
  readonly available: number;
}

function OfferForm({ hosting, onClose }: { readonly hosting: Hosting; readonly onClose: () => void }) {
  const task = useTask();
  const badPrice = useSignal(false);
  const choices = hosting.room.bag.products.value.flatMap(choicesOf);
  const chosen = useSignal(choices[0]?.variant ?? "");
  const choice = choices.find((each) => each.variant === chosen.value) ?? choices[0];
  if (!choice) return null;
  const send = async (form: HTMLFormElement) => {
    const data = new FormData(form);
    const price_minor = parsePrice(entry(data, "price"), choice.currency);
    badPrice.value = price_minor === null;
    if (price_minor === null) return;
    const minutes = Number(entry(data, "minutes"));
    const body = {
      variant: choice.variant,
      price_minor,
      quantity: Number(entry(data, "units")),
      per_buyer: Number(entry(data, "limit")),
      mode: entry(data, "mode") as "reserve" | "first_to_pay",
      confirm: data.has("confirm"),
    };
    if (await task.run(() => hosting.openOffer(body, minutes * 60_000))) onClose();
  };
  return (
    <Dialog title={offerText.open} onClose={onClose}>
      <form
        class={layout.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void send(event.currentTarget);
        }}
      >
        <SelectField
          label={offerText.goods}
          value={choice.variant}
          options={choices.map((each) => [each.variant, each.label])}
          onPick={(variant) => (chosen.value = variant)}
        />
        <TextField label={offerText.price} name="price" inputMode="decimal" autocomplete="off" required />
        <div class={layout.pair}>
          <TextField
            label={offerText.units}
            name="units"
            type="number"
            inputMode="numeric"
            min={1}
            max={1_000_000}
            step={1}
            defaultValue={String(Math.max(1, choice.available))}
            required
          />
          <TextField
            label={offerText.limit}
            name="limit"
            type="number"
            inputMode="numeric"
            min={1}
            max={1_000_000}
            step={1}
            defaultValue="1"
            required
          />
        </div>
        <div class={layout.pair}>
          <SelectField
            label={offerText.lasts}
            name="minutes"
            value="5"
            options={[
              ...MINUTES.map((each) => [String(each), offerText.minutes(each)] as const),
              ["0", offerText.untilEnd],
            ]}
          />
          <SelectField
            label={offerText.mode}
            name="mode"
            value="reserve"
            options={[
              ["reserve", offerText.modes.reserve],
              ["first_to_pay", offerText.modes.first_to_pay],
            ]}
          />
        </div>
        {badPrice.value && (
          <div role="alert">
            <Note tone="bad">{offerText.badPrice}</Note>
          </div>
        )}
        <ErrorNote error={task.error.value} />
        {task.error.value?.code === "discount_too_large" && (
          <CheckField label={offerText.confirm} name="confirm" value="yes" />
        )}
        <Button type="submit" look="primary" busy={task.busy.value}>
          {offerText.start}
        </Button>
      </form>
    </Dialog>
  );
}

function choicesOf(product: Product): Choice[] {
  const { currency } = product;
  return product.variants.map((variant) => {
    const name = variant.title === product.title ? product.title : `${product.title} · ${variant.title}`;
    const price = formatMoney({ amount_minor: variant.price_minor, currency });
    return { variant: variant.id, label: `${name} · ${price}`, currency, available: variant.available };
  });
}
