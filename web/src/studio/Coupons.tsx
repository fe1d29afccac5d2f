// The seller's coupons: what each takes off, for whom, how often it was used, and ending it early.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatMoney } from "../core/money.ts";
import type { Coupon } from "../core/rest.ts";
import { type CouponState, type Coupons, stateOf } from "../state/coupons.ts";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Confirm.tsx";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { Badge, ErrorNote, type Tone } from "../ui/Note.tsx";
import { sellFaultText, couponText as words } from "../ui/sellStrings.ts";
import { formatTime } from "../ui/strings.ts";
import { CouponForm } from "./CouponForm.tsx";

const TONES: Partial<Record<CouponState, Tone>> = { valid: "good", coming: "warn" };

interface CouponListProps {
  readonly coupons: Coupons;
  /** What the form starts with. */
  readonly currency: string;
  /** May make coupons for every seller's goods. */
  readonly forShop: boolean;
}

export function CouponList({ coupons, currency, forShop }: CouponListProps) {
  const making = useSignal(false);
  const ending = useSignal<Coupon | null>(null);
  useEffect(() => void coupons.refresh(), []);
  const items = coupons.items.value;
  return (
    <section class={layout.card} aria-label={words.title}>
      <div class={layout.between}>
        <h2>{words.title}</h2>
        <Button onClick={() => (making.value = true)}>{words.make}</Button>
      </div>
      <ErrorNote error={coupons.error.value} />
      {items?.length === 0 && <p class={layout.empty}>{words.none}</p>}
      <ul class={layout.list}>
        {items?.map((coupon) => (
          <li key={coupon.code}>
            <CouponItem coupon={coupon} onEnd={() => (ending.value = coupon)} />
          </li>
        ))}
      </ul>
      {making.value && (
        <CouponForm coupons={coupons} currency={currency} forShop={forShop} onClose={() => (making.value = false)} />
      )}
      {ending.value && <EndCoupon coupons={coupons} code={ending.value.code} onClose={() => (ending.value = null)} />}
    </section>
  );
}

function CouponItem({ coupon, onEnd }: { readonly coupon: Coupon; readonly onEnd: () => void }) {
  const state = stateOf(coupon, Date.now());
  const { currency } = coupon;
  const facts = [
    coupon.minimum_minor > 0 && words.from(formatMoney({ amount_minor: coupon.minimum_minor, currency })),
    words.each(coupon.per_person),
    coupon.whole_shop ? words.shop : words.mine,
    coupon.starts_at !== null && words.since(formatTime(coupon.starts_at)),
    coupon.ends_at !== null && words.until(formatTime(coupon.ends_at)),
  ].filter((fact) => fact !== false);
  return (
    <article class={layout.item} aria-label={coupon.code}>
      <div class={layout.between}>
        <span class={layout.row}>
          <strong class={layout.breaking}>{coupon.code}</strong>
          <Badge tone={TONES[state] ?? "plain"}>{words.state[state]}</Badge>
        </span>
        <strong>{takesOff(coupon)}</strong>
      </div>
      <p class={`${layout.muted} ${layout.small}`}>{facts.join(" · ")}</p>
      <div class={layout.between}>
        <span>{words.used(coupon.used, coupon.total)}</span>
        {(state === "valid" || state === "coming") && (
          <Button small onClick={onEnd}>
            {words.end}
          </Button>
        )}
      </div>
    </article>
  );
}

function takesOff({ kind, value, currency }: Coupon): string {
  if (kind === "percent") return words.off_percent(value);
  return words.off(formatMoney({ amount_minor: value, currency }));
}

interface EndCouponProps {
  readonly coupons: Coupons;
  readonly code: string;
  readonly onClose: () => void;
}

function EndCoupon({ coupons, code, onClose }: EndCouponProps) {
  const task = useTask();
  const end = async () => {
    if (await task.run(() => coupons.end(code))) onClose();
  };
  return (
    <Confirm
      title={words.endTitle(code)}
      body={words.endBody}
      action={words.end}
      busy={task.busy.value}
      onConfirm={end}
      onClose={onClose}
    >
      <ErrorNote error={task.error.value} told={sellFaultText} />
    </Confirm>
  );
}
