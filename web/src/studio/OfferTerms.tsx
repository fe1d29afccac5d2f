// What every offer asks its host for besides the goods: price, units, for each buyer, how long, and how goods are kept.
import type { ApiError } from "../core/errors.ts";
import { parsePrice } from "../core/money.ts";
import type { OfferTerms as Terms } from "../state/hosting.ts";
import { CheckField, SelectField, TextField } from "../ui/Field.tsx";
import { wrong } from "../ui/faults.ts";
import { entry } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { offerText } from "../ui/offerStrings.ts";

const MINUTES = [1, 3, 5, 10, 30, 60];

interface OfferTermsProps {
  readonly priceLabel: string;
  /** How many units the form starts with. */
  readonly units: number;
}

export function OfferTerms({ priceLabel, units }: OfferTermsProps) {
  const whole = { type: "number", inputMode: "numeric", min: 1, max: 1_000_000, step: 1, required: true } as const;
  return (
    <>
      <TextField label={priceLabel} name="price" inputMode="decimal" autocomplete="off" required />
      <div class={layout.pair}>
        <TextField label={offerText.units} name="units" {...whole} defaultValue={String(Math.max(1, units))} />
        <TextField label={offerText.limit} name="limit" {...whole} defaultValue="1" />
      </div>
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
    </>
  );
}

/** The server's names of what stands in an offer's form. */
export const OFFER_FIELDS = {
  price_minor: "price",
  quantity: "units",
  per_buyer: "limit",
  ends_at: "minutes",
  below_floor: "price",
  discount_too_large: "price",
};

/** A price far below the usual one may be meant. */
export function Confirmation({ error }: { readonly error: ApiError | null }) {
  return error?.code === "discount_too_large" ? (
    <CheckField label={offerText.confirm} name="confirm" value="yes" />
  ) : null;
}

/** The terms as the form has them. Raises ApiError for a price that is no amount. */
export function termsOf(data: FormData, currency: string): Terms {
  const price_minor = parsePrice(entry(data, "price"), currency);
  if (price_minor === null) throw wrong({ price: offerText.badPrice });
  return {
    price_minor,
    quantity: Number(entry(data, "units")),
    per_buyer: Number(entry(data, "limit")),
    mode: entry(data, "mode") as Terms["mode"],
    confirm: data.has("confirm"),
  };
}

/** How long it lasts; 0: until the show ends. */
export function lastsMs(data: FormData): number {
  return Number(entry(data, "minutes")) * 60_000;
}
