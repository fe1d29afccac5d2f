// From the card to the paid order: choose, reserve, pay, and say plainly what went wrong.
import { useLayoutEffect } from "preact/hooks";
import type { Account } from "../state/account.ts";
import { Checkout } from "../state/checkout.ts";
import type { Room } from "../state/room.ts";
import type { Visit } from "../state/visit.ts";
import { buyText } from "../ui/buyStrings.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { ChoiceStep } from "./ChoiceStep.tsx";
import { PaymentStep } from "./PaymentStep.tsx";

interface BuyDialogProps {
  readonly visit: Visit;
  readonly room: Room;
  readonly account: Account;
}

export function BuyDialog({ visit, room, account }: BuyDialogProps) {
  visit.checkout ??= new Checkout(visit.http);
  const { checkout } = visit;
  const wish = visit.wish.value;
  useLayoutEffect(() => {
    if (wish) checkout.open(wish.product, wish.offer);
  }, [wish]);
  const close = () => {
    checkout.close();
    // It stays open while money is on its way.
    if (checkout.product.value === null) visit.wish.value = null;
  };
  const opened = checkout.product.value;
  if (!opened) return null;
  const phase = checkout.phase.value;
  const paying = checkout.order.value !== null && phase !== "choosing" && phase !== "ordering";
  // The room's copy of the product has the stock of this moment.
  const product = room.bag.products.value.find((item) => item.id === opened.id) ?? opened;
  const offer = checkout.offer.value;
  const title = paying ? (checkout.order.value?.lines[0]?.title ?? opened.title) : (offer?.title ?? product.title);
  return (
    <Dialog title={buyText.title(title)} onClose={close}>
      {paying ? (
        <PaymentStep checkout={checkout} onDone={close} />
      ) : (
        <ChoiceStep
          key={offer?.id}
          checkout={checkout}
          product={product}
          room={room}
          offered={offer}
          account={account}
        />
      )}
    </Dialog>
  );
}
