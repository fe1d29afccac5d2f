// What staff does to a show from its room: moderators warn its host, stop it, close a product; assistants show products,
// decide on what the filter holds back, and see to calls.
import { useSignal } from "@preact/signals";
import { Http } from "../core/http.ts";
import { may } from "../state/chat.ts";
import type { Room } from "../state/room.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField, TextArea } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { entry, useTask } from "../ui/form.ts";
import { HeldMessages } from "../ui/HeldMessages.tsx";
import { lazy } from "../ui/Lazy.tsx";
import layout from "../ui/layout.module.css";
import { modText } from "../ui/modStrings.ts";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { DuelEnd } from "./DuelEnd.tsx";

const CallDesk = lazy(() => import("../ui/CallDesk.tsx").then((part) => part.CallDesk));

type Step = "warn" | "stop" | "close";

export function ShowTools({ room }: { readonly room: Room }) {
  const open = useSignal<Step | null>(null);
  const said = useSignal<string | null>(null);
  const you = room.you.value;
  const close = (done: string | null) => {
    open.value = null;
    if (done !== null) said.value = done;
  };
  return (
    <>
      <section class={layout.card} aria-label={modText.tools}>
        <h2>{modText.tools}</h2>
        {new URLSearchParams(location.search).has("invisible") && <p class={layout.muted}>{modText.invisible}</p>}
        <div class={layout.row}>
          {may(you, "warn") && <Button onClick={() => (open.value = "warn")}>{modText.warn}</Button>}
          {may(you, "close_product") && <Button onClick={() => (open.value = "close")}>{modText.closeProduct}</Button>}
          {room.duel.value && may(you, "calls") && <DuelEnd room={room} duel={room.duel.value} />}
          {may(you, "stop") && (
            <Button look="danger" onClick={() => (open.value = "stop")}>
              {modText.stop}
            </Button>
          )}
        </div>
        {said.value !== null && <Note tone="good">{said.value}</Note>}
        {may(you, "products") && <ProductChoice room={room} />}
        {may(you, "held") && <HeldMessages room={room} />}
        {open.value !== null && <StepDialog step={open.value} room={room} onClose={close} />}
      </section>
      {may(you, "calls") && <CallDesk room={room} quiet />}
    </>
  );
}

function ProductChoice({ room }: { readonly room: Room }) {
  const task = useTask();
  const products = room.bag.products.value;
  const show = async (product: string | null) => void (await room.request("product.show", { product }));
  return (
    <div class={layout.tight}>
      <SelectField
        label={modText.showProduct}
        value={room.bag.showing.value?.id ?? ""}
        options={[["", modText.nothing], ...products.map((product) => [product.id, product.title] as const)]}
        onPick={(product) => void task.inTurn(() => show(product === "" ? null : product))}
      />
      <ErrorNote error={task.error.value} />
    </div>
  );
}

interface StepProps {
  readonly step: Step;
  readonly room: Room;
  readonly onClose: (done: string | null) => void;
}

const WORDS = {
  warn: { title: modText.warn, label: modText.warnText, hint: undefined, done: modText.warned },
  stop: { title: modText.stop, label: modText.stopText, hint: modText.stopHint, done: modText.done },
  close: { title: modText.closeProduct, label: modText.stopText, hint: modText.closeHint, done: modText.done },
};

function StepDialog({ step, room, onClose }: StepProps) {
  const task = useTask();
  const words = WORDS[step];
  const products = room.bag.products.value;
  const take = async (data: FormData): Promise<void> => {
    const http = new Http();
    const path = `shows/${encodeURIComponent(room.show.value.id)}`;
    const code = entry(data, "code");
    const reason = entry(data, "text");
    const product = encodeURIComponent(entry(data, "product"));
    if (step === "close") await http.post(`${path}/products/${product}/close`, { code, reason });
    else if (step === "stop") await http.post(`${path}/stop`, { code, reason });
    else await http.post(`${path}/warnings`, { code, text: reason, minutes: Number(entry(data, "minutes")) || null });
  };
  const send = async (data: FormData) => {
    if (await task.run(() => take(data))) onClose(words.done);
  };
  return (
    <Dialog title={words.title} onClose={() => onClose(null)}>
      <Form error={task.error.value} about={{ reason: "text" }} onSend={(data) => void send(data)}>
        {words.hint !== undefined && <p class={layout.muted}>{words.hint}</p>}
        {step === "close" && (
          <SelectField
            label={modText.product}
            name="product"
            options={products.map((product) => [product.id, product.title])}
          />
        )}
        <SelectField label={modText.code} name="code" options={Object.entries(modText.codes)} />
        <TextArea label={words.label} name="text" required maxLength={1_000} rows={3} />
        {step === "warn" && (
          <SelectField label={modText.deadline} name="minutes" options={Object.entries(modText.deadlines)} />
        )}
        <Button type="submit" look={step === "warn" ? "primary" : "danger"} busy={task.busy.value}>
          {words.title}
        </Button>
      </Form>
    </Dialog>
  );
}
