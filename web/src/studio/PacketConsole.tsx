// Sending a red packet from the studio, and who else may send one.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Http, newKey } from "../core/http.ts";
import { formatMoney, parsePrice } from "../core/money.ts";
import type { Money, Wallet } from "../core/protocol.ts";
import type { Toasts } from "../state/toasts.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { CheckField, SelectField, TextField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { wrong } from "../ui/faults.ts";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { consoleWords as words } from "../ui/packetStrings.ts";

const COUNTDOWNS = [0, 10, 30, 60, 300];
const WINDOWS = [10, 20, 30, 60, 180];

interface ConsoleProps {
  readonly show: string;
  readonly toasts: Toasts;
}

export function PacketConsole({ show, toasts }: ConsoleProps) {
  const open = useSignal(false);
  const task = useTask();
  const senders = useSignal("host");
  const http = useSignal(new Http()).value;
  const path = `shows/${encodeURIComponent(show)}/red-packet-rules`;
  const read = async () => {
    senders.value = (await http.get<{ rules: { senders: string } }>(path)).rules.senders;
  };
  useEffect(() => void task.run(read), []);
  const choose = async (value: string) => {
    const before = senders.value;
    senders.value = value;
    const put = async () => {
      senders.value = (await http.put<{ rules: { senders: string } }>(path, { senders: value })).rules.senders;
    };
    // What was refused is not shown as chosen.
    if (!(await task.run(put))) senders.value = before;
  };
  const done = () => {
    open.value = false;
    toasts.say(words.sent, "good");
  };
  return (
    <section class={layout.card} aria-label={words.title}>
      <div class={layout.between}>
        <h2>{words.title}</h2>
        <Button small onClick={() => (open.value = true)}>
          {words.compose}
        </Button>
      </div>
      <SelectField label={words.who} options={words.whoChoices} value={senders.value} onPick={choose} />
      <ErrorNote error={task.error.value} />
      {open.value && <Sender http={http} show={show} onSent={done} onClose={() => (open.value = false)} />}
    </section>
  );
}

const ABOUT = {
  total_minor: "total",
  insufficient_funds: "total",
  condition: "watched_s",
  links_not_allowed: "phrase",
  text_refused: "phrase",
};

interface SenderProps {
  readonly http: Http;
  readonly show: string;
  readonly onSent: () => void;
  readonly onClose: () => void;
}

function Sender({ http, show, onSent, onClose }: SenderProps) {
  const task = useTask();
  const balances = useSignal<readonly Money[]>([]);
  const currency = useSignal("");
  const mode = useSignal("draw");
  // The same key for the same packet: pressing again after a broken line sends no second one.
  const asked = useSignal({ body: "", key: "" });
  useEffect(() => {
    void task.run(async () => {
      balances.value = (await http.get<{ wallet: Wallet }>("wallet")).wallet.balances;
      currency.value = balances.value[0]?.currency ?? "";
    });
  }, []);
  const balance = balances.value.find((money) => money.currency === currency.value);
  const send = (data: FormData) =>
    task.run(async () => {
      const body = packetOf(data, currency.value);
      const written = JSON.stringify(body);
      if (asked.value.body !== written) asked.value = { body: written, key: newKey() };
      await http.post(`shows/${encodeURIComponent(show)}/red-packets`, body, asked.value.key);
      onSent();
    });
  return (
    <Dialog title={words.compose} onClose={onClose}>
      <Form error={task.error.value} onSend={send} about={ABOUT} currency={currency.value}>
        <p class={layout.muted}>{words.hint}</p>
        {balance && <p>{words.wallet(formatMoney(balance))}</p>}
        <TextField label={words.amount} name="total" inputMode="decimal" required />
        {balances.value.length > 1 && (
          <SelectField
            label={words.currency}
            options={balances.value.map((money) => [money.currency, money.currency])}
            value={currency.value}
            onPick={(value) => (currency.value = value)}
          />
        )}
        <TextField label={words.shares} name="shares" type="number" min={1} max={2000} defaultValue="10" required />
        <SelectField label={words.kind} name="kind" options={words.kinds} />
        <SelectField label={words.mode} name="mode" options={words.modes} onPick={(value) => (mode.value = value)} />
        <SelectField
          label={words.countdown}
          name="opens_in_s"
          options={COUNTDOWNS.map((seconds) => [String(seconds), words.countdowns(seconds)])}
        />
        {mode.value === "draw" && (
          <SelectField
            label={words.window}
            name="draw_in_s"
            options={WINDOWS.map((seconds) => [String(seconds), words.windows(seconds)])}
            value="20"
          />
        )}
        <fieldset class={layout.stack}>
          <legend>{words.conditions}</legend>
          <CheckField label={words.follow} name="follow" value="yes" />
          <TextField label={words.phrase} hint={words.phraseHint} name="phrase" maxLength={40} />
          <TextField label={words.watched} name="watched_s" type="number" min={0} max={3600} defaultValue="0" />
          <CheckField label={words.bought} name="bought" value="yes" />
        </fieldset>
        <Button type="submit" look="primary" busy={task.busy.value}>
          {words.submit}
        </Button>
      </Form>
    </Dialog>
  );
}

/** Raises ApiError for a total that is no amount. */
function packetOf(data: FormData, currency: string) {
  const total_minor = currency === "" ? null : parsePrice(entry(data, "total"), currency);
  if (total_minor === null) throw wrong({ total: words.badAmount });
  const phrase = entry(data, "phrase");
  const draw = entry(data, "draw_in_s");
  const condition = {
    ...(phrase === "" ? {} : { phrase }),
    watched_s: Number(entry(data, "watched_s")),
    bought: entry(data, "bought") !== "",
    follow: entry(data, "follow") !== "",
  };
  return {
    total_minor,
    currency,
    shares: Number(entry(data, "shares")),
    kind: entry(data, "kind"),
    mode: entry(data, "mode"),
    opens_in_s: Number(entry(data, "opens_in_s")),
    ...(draw === "" ? {} : { draw_in_s: Number(draw) }),
    condition,
  };
}
