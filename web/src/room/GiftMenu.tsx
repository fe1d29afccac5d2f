// The gifts that there are, once the gift button was pressed: each tap sends one, and quick taps make a streak.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Http, newKey } from "../core/http.ts";
import { formatMoney } from "../core/money.ts";
import type { Gift, Money, Wallet } from "../core/protocol.ts";
import { at } from "../core/shopPath.ts";
import { GiftSending } from "../state/gifts.ts";
import type { Room } from "../state/room.ts";
import { Button } from "../ui/Button.tsx";
import { useTask } from "../ui/form.ts";
import { giftErrorText, words } from "../ui/giftStrings.ts";
import { Icon } from "../ui/Icon.tsx";
import { cross } from "../ui/icons.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { useNarrow } from "../ui/narrow.ts";
import { usePressBeside } from "../ui/pressBeside.ts";
import { text } from "../ui/strings.ts";
import styles from "./GiftMenu.module.css";
import actions from "./RoomActions.module.css";

/** A top-up is for some more of the same. */
const TOP_UP_GIFTS = 10;
/** Where name and price stand in the words. */
const MARK = "\u0000";
const TOP_UP_MAX_MINOR = 100_000_000;

export function GiftMenu({ room, onClose }: { readonly room: Room; readonly onClose: () => void }) {
  const http = useSignal(new Http()).value;
  const task = useTask();
  const gifts = useSignal<readonly Gift[] | null>(null);
  const sending = useSignal(
    new GiftSending({
      send: (gift, count, key) => room.sendGift(gift, count, key),
      key: newKey,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    }),
  ).value;
  const read = async () => {
    const [catalogue, own] = await Promise.all([
      http.get<{ gifts: readonly Gift[] }>("gifts"),
      http.get<{ wallet: Wallet }>("wallet"),
    ]);
    gifts.value = catalogue.gifts;
    room.keepWallet(own.wallet);
  };
  useEffect(() => void task.run(read), []);
  const menu = useRef<HTMLElement>(null);
  // So that Escape closes it, and the next key is for the first gift.
  useLayoutEffect(() => menu.current?.focus({ preventScroll: true }), []);
  const covers = useNarrow().value;
  usePressBeside(menu, () => covers && onClose());
  const topUp = (amount: Money) =>
    task.run(async () => {
      room.keepWallet((await http.post<{ wallet: Wallet }>("wallet/topups", amount, newKey())).wallet);
    });
  return (
    <section
      ref={menu}
      tabIndex={-1}
      class={`${layout.card} ${styles.menu} ${actions.menu}`}
      aria-label={words.title}
      onKeyDown={({ key }) => key === "Escape" && onClose()}
    >
      <div class={layout.between}>
        <h2>{words.title}</h2>
        <Button small look="quiet" aria-label={text.close} onClick={onClose}>
          <Icon of={cross} />
        </Button>
      </div>
      {gifts.value?.length === 0 && <p>{words.none}</p>}
      <ul class={styles.gifts}>
        {gifts.value?.map((gift) => (
          <li key={gift.id}>
            <button type="button" class={styles.gift} onClick={() => void sending.tap(gift)}>
              <span class={styles.icon} aria-hidden="true">
                {gift.icon}
              </span>
              <Named gift={gift} />
            </button>
          </li>
        ))}
      </ul>
      <Outcome sending={sending} busy={task.busy.value} onTopUp={topUp} />
      <ErrorNote error={task.error.value} />
      <p class={`${layout.small} ${layout.muted}`}>
        {room.wallet.value?.balances.map((balance) => (
          <span key={balance.currency}>{words.wallet(formatMoney(balance))} · </span>
        ))}
        {words.hint} <a href={at("/me#gift-limit")}>{words.limit}</a>
      </p>
    </section>
  );
}

/** Seen as name and price, heard as a whole sentence. */
function Named({ gift: { name, price } }: { readonly gift: Gift }) {
  const [before, between, after] = words.send(MARK, MARK).split(MARK);
  return (
    <>
      <span class="visually-hidden">{before}</span>
      <span>{name}</span>
      <span class="visually-hidden">{between}</span>
      <span class={layout.muted}>{formatMoney(price)}</span>
      <span class="visually-hidden">{after}</span>
    </>
  );
}

interface OutcomeProps {
  readonly sending: GiftSending;
  readonly busy: boolean;
  readonly onTopUp: (amount: Money) => void;
}

/** How long one's own streak is by now, or why the last gift was not taken. */
function Outcome({ sending, busy, onTopUp }: OutcomeProps) {
  const streak = sending.last.value;
  const waiting = sending.waiting.value;
  const refused = sending.refused.value;
  return (
    <div class={layout.tight} role="status">
      {streak && (
        <p key={streak.version} class={styles.combo}>
          <span aria-hidden="true">{streak.gift.icon}</span> {words.combo(streak)}
        </p>
      )}
      {waiting > 0 && !refused && <p class={layout.muted}>{words.sending(waiting)}</p>}
      {refused && <Note tone="warn">{giftErrorText(refused.error, refused.gift.price.currency)}</Note>}
      {refused?.error.code === "insufficient_funds" && (
        <Button small busy={busy} onClick={() => onTopUp(someMore(refused.gift))}>
          {words.topUp(formatMoney(someMore(refused.gift)))}
        </Button>
      )}
      {refused?.error.retryable && (
        <Button small onClick={() => void sending.again()}>
          {words.again}
        </Button>
      )}
    </div>
  );
}

function someMore({ price }: Gift): Money {
  return { ...price, amount_minor: Math.min(TOP_UP_MAX_MINOR, price.amount_minor * TOP_UP_GIFTS) };
}
