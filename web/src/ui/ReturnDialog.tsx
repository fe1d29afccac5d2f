// What a buyer sees who comes back from a provider's page: paid, waiting, declined, or given back and why.
import { useSignal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { useEffect } from "preact/hooks";
import type { Http } from "../core/http.ts";
import { formatMoney } from "../core/money.ts";
import { orderNumber } from "../core/orderNumber.ts";
import type { Order } from "../core/protocol.ts";
import { outcomeOf, Returning } from "../state/returning.ts";
import { Button } from "./Button.tsx";
import { buyText } from "./buyStrings.ts";
import { Dialog } from "./Dialog.tsx";
import layout from "./layout.module.css";
import { ErrorNote, Note } from "./Note.tsx";
import { returnText } from "./returnStrings.ts";
import { text } from "./strings.ts";

/** `done` are the words of the button that closes it. */
export function returned(http: Http, order: string, done: string = buyText.done, onClose?: () => void): ComponentChild {
  return <ReturnDialog returning={new Returning(http, order)} done={done} onClose={onClose} />;
}

interface ReturnDialogProps {
  readonly returning: Returning;
  readonly done: string;
  readonly onClose: (() => void) | undefined;
}

function ReturnDialog({ returning, done, onClose }: ReturnDialogProps) {
  const open = useSignal(true);
  useEffect(() => {
    // A reload is no return.
    history.replaceState(null, "", location.pathname);
    void returning.follow();
    return () => returning.close();
  }, [returning]);
  if (!open.value) return null;
  const close = () => {
    returning.close();
    open.value = false;
    onClose?.();
  };
  const order = returning.order.value;
  return (
    <Dialog title={returnText.title} onClose={close}>
      <div class={layout.stack}>
        <div role="status">{order ? <Outcome order={order} /> : <Note>{text.loading}</Note>}</div>
        {order && <p>{buyText.order(orderNumber(order.id))}</p>}
        <ErrorNote error={returning.error.value} />
        <div class={layout.actions}>
          {order && <Again order={order} returning={returning} />}
          <Button look="primary" onClick={close}>
            {done}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Outcome({ order }: { readonly order: Order }) {
  const reason = order.payment?.reason ?? null;
  switch (outcomeOf(order)) {
    case "paid":
      return <Note tone="good">{buyText.paid}</Note>;
    case "waiting":
      return <Note>{returnText.waiting}</Note>;
    case "failed":
      return <Note tone="bad">{returnText.failed(reason)}</Note>;
    case "given_back":
      return <Note tone="warn">{returnText.givenBack(reason, formatMoney(order.total))}</Note>;
    case "unpaid":
      return <Note>{returnText.unpaid}</Note>;
    case "over":
      return <Note tone="warn">{returnText.over}</Note>;
  }
}

/** While the goods are kept, the page of the provider is a press away. */
function Again({ order, returning }: { readonly order: Order; readonly returning: Returning }) {
  if (order.state !== "reserved") return null;
  const label = outcomeOf(order) === "failed" ? returnText.payAgain : returnText.toPage;
  return (
    <Button busy={returning.busy.value} onClick={() => returning.payAgain()}>
      {label}
    </Button>
  );
}
