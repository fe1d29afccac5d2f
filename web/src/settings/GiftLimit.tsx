import type { Http } from "../core/http.ts";
import { formatMoney, minorDigits, parsePrice } from "../core/money.ts";
import type { GiftCap, OwnSettings } from "../core/rest.ts";
import { Button } from "../ui/Button.tsx";
import { TextField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { wrong } from "../ui/faults.ts";
import { entry, useTask } from "../ui/form.ts";
import { words } from "../ui/giftStrings.ts";
import layout from "../ui/layout.module.css";

const ABOUT = { gift_cap_minor: "cap" };

interface GiftLimitProps {
  readonly http: Http;
  readonly cap: GiftCap;
  readonly onSaved: (settings: OwnSettings) => void;
}

export function GiftLimit({ http, cap, onSaved }: GiftLimitProps) {
  const task = useTask();
  const money = (amount_minor: number) => formatMoney({ amount_minor, currency: cap.currency });
  const wanted = cap.next === null ? cap.cap_minor : cap.next.cap_minor;
  const save = (data: FormData) =>
    task.run(async () => {
      const said = entry(data, "cap");
      const minor = said === "" ? null : parsePrice(said, cap.currency);
      if (said !== "" && minor === null) throw wrong({ cap: words.cap.bad });
      onSaved((await http.put<{ settings: OwnSettings }>("me/settings", { gift_cap_minor: minor })).settings);
    });
  return (
    <Form
      error={task.error.value}
      onSend={save}
      about={ABOUT}
      currency={cap.currency}
      id="gift-limit"
      class={layout.item}
      aria-label={words.cap.title}
    >
      <h3>{words.cap.title}</h3>
      <TextField
        label={words.cap.label(cap.currency)}
        hint={words.cap.hint}
        name="cap"
        inputMode="decimal"
        autocomplete="off"
        // What the server says takes the place of what was typed.
        key={wanted}
        defaultValue={wanted === null ? "" : typed(wanted, cap.currency)}
      />
      <div class={layout.row}>
        <Button type="submit" small busy={task.busy.value}>
          {words.cap.save}
        </Button>
      </div>
      <p class={layout.muted} role="status">
        {words.cap.spent(money(cap.spent_minor))}
        {cap.left_minor !== null && <> · {words.cap.left(money(cap.left_minor))}</>}
        {cap.next && <> · {words.cap.later(cap.next.cap_minor === null ? null : money(cap.next.cap_minor))}</>}
      </p>
    </Form>
  );
}

/** As parsePrice reads it. */
function typed(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  return (minor / 10 ** digits).toFixed(digits);
}
