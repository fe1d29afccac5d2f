// The most that a person wants to give on one day. The server says what holds today and what from tomorrow on.
import { useSignal } from "@preact/signals";
import type { Http } from "../core/http.ts";
import { formatMoney, minorDigits, parsePrice } from "../core/money.ts";
import type { GiftCap, OwnSettings } from "../core/rest.ts";
import { Button } from "../ui/Button.tsx";
import { TextField } from "../ui/Field.tsx";
import { entry, useTask } from "../ui/form.ts";
import { words } from "../ui/giftStrings.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";

interface GiftLimitProps {
  readonly http: Http;
  readonly cap: GiftCap;
  readonly onSaved: (settings: OwnSettings) => void;
}

export function GiftLimit({ http, cap, onSaved }: GiftLimitProps) {
  const task = useTask();
  const bad = useSignal(false);
  const money = (amount_minor: number) => formatMoney({ amount_minor, currency: cap.currency });
  const wanted = cap.next === null ? cap.cap_minor : cap.next.cap_minor;
  const save = (typed: string) => {
    const minor = typed === "" ? null : parsePrice(typed, cap.currency);
    bad.value = typed !== "" && minor === null;
    if (bad.value) return;
    void task.run(async () => {
      onSaved((await http.put<{ settings: OwnSettings }>("me/settings", { gift_cap_minor: minor })).settings);
    });
  };
  return (
    <form
      id="gift-limit"
      class={layout.item}
      aria-label={words.cap.title}
      onSubmit={(event) => {
        event.preventDefault();
        save(entry(new FormData(event.currentTarget), "cap"));
      }}
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
      {bad.value && <Note tone="bad">{words.cap.bad}</Note>}
      <ErrorNote error={task.error.value} />
    </form>
  );
}

/** As parsePrice reads it. */
function typed(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  return (minor / 10 ** digits).toFixed(digits);
}
