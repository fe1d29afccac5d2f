// One's own places: "It is yours until 12:34" above everything that can wait. Loaded when one has a place.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Offer, Product, WaitPlace } from "../core/protocol.ts";
import type { Account } from "../state/account.ts";
import type { Room } from "../state/room.ts";
import { type Waiting, waitingIn } from "../state/waiting.ts";
import { Button } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { Note } from "../ui/Note.tsx";
import { waitText } from "../ui/waitStrings.ts";

const TICK_MS = 250;
/** How far one has come is asked for so often: nobody is told each step of a line. */
const LOOK_MS = 20_000;

interface DockProps {
  readonly room: Room;
  readonly account: Account;
  readonly onBuy: (product: Product) => void;
  readonly onBuyOffer: (offer: Offer) => void;
}

export function WaitDock({ room, account, onBuy, onBuyOffer }: DockProps) {
  const waiting = waitingIn(room, account);
  const here = waiting.places.value.filter((place) => place.show === room.show.value.id);
  const anyWaits = here.some((place) => place.state === "waiting");
  useEffect(() => {
    if (!anyWaits) return;
    const look = () => document.visibilityState === "visible" && void waiting.refresh();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [anyWaits]);
  const buy = (place: WaitPlace) => {
    const offer = room.offers.current.value.find((item) => item.id === place.offer);
    const product = room.bag.products.value.find((item) => item.id === place.product);
    if (offer) onBuyOffer(offer);
    else if (product) onBuy(product);
  };
  const lost = waiting.lost.value;
  if (here.length === 0 && !lost) return null;
  return (
    <section class={layout.stack} aria-label={waitText.title} aria-live="polite">
      {lost && (lost.state === "missed" || lost.state === "closed") && (
        <Note tone="warn">
          <div class={layout.between}>
            <span>{waitText.ended[lost.state](lost.title)}</span>
            <Button small onClick={() => waiting.dismiss()}>
              OK
            </Button>
          </div>
        </Note>
      )}
      {here.map((place) => (
        <PlaceCard key={place.id} place={place} room={room} waiting={waiting} onBuy={() => buy(place)} />
      ))}
    </section>
  );
}

interface CardProps {
  readonly place: WaitPlace;
  readonly room: Room;
  readonly waiting: Waiting;
  readonly onBuy: () => void;
}

function PlaceCard({ place, room, waiting, onBuy }: CardProps) {
  const goods = place.offer === null ? { variant: place.variant ?? "" } : { offer: place.offer };
  const invited = place.state === "invited" && place.until !== null;
  const card = useRef<HTMLElement>(null);
  // There are two minutes, and on a phone the chat may be all that one sees.
  useEffect(() => {
    if (invited) card.current?.scrollIntoView({ block: "center" });
  }, [invited]);
  return (
    <article ref={card} class={layout.card} aria-label={place.title}>
      <strong>{place.title}</strong>
      {invited && place.until !== null ? (
        <>
          <p>{waitText.yours(place.units, place.until)}</p>
          {place.units < place.quantity && <p>{waitText.fewer(place.units, place.quantity)}</p>}
          <TimeLeft until={place.until} room={room} onOver={() => void waiting.refresh()} />
        </>
      ) : (
        <>
          {place.position !== null && <p>{waitText.position(place.position)}</p>}
          <p class={layout.muted}>{waitText.explained}</p>
        </>
      )}
      <div class={layout.actions}>
        <Button small busy={waiting.busy(goods)} onClick={() => void waiting.leave(place)}>
          {invited ? waitText.giveOn : waitText.leave}
        </Button>
        {invited && (
          <Button look="primary" onClick={onBuy}>
            {waitText.buy}
          </Button>
        )}
      </div>
    </article>
  );
}

/** By the server's clock. When it is over the server is asked, should its news not come. */
function TimeLeft({ until, room, onOver }: { until: string; room: Room; onOver: () => void }) {
  const now = useSignal(room.offers.serverNow());
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now.value) / 1000));
  useEffect(() => {
    const timer = setInterval(() => (now.value = room.offers.serverNow()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (seconds > 0) return;
    // Its job looks once a second.
    const timer = setTimeout(onOver, 2_000);
    return () => clearTimeout(timer);
  }, [seconds === 0]);
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return (
    <span role="timer" class={layout.muted}>
      {seconds > 0 ? waitText.left(clock) : waitText.over}
    </span>
  );
}
