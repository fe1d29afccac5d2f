// The room of a show. On a phone the picture fills the screen and everything stands over it, the bag in a sheet; with
// more room the picture, the bag and the chat are side by side.
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Offer, Product } from "../core/protocol.ts";
import type { Account } from "../state/account.ts";
import { available } from "../state/bag.ts";
import { isStaff } from "../state/chat.ts";
import type { OpenVisit, Visit } from "../state/visit.ts";
import { mayWait } from "../state/waited.ts";
import { Button } from "../ui/Button.tsx";
import { ChatPanel } from "../ui/ChatPanel.tsx";
import { FollowButton } from "../ui/FollowButton.tsx";
import { lazy } from "../ui/Lazy.tsx";
import { useNarrow } from "../ui/narrow.ts";
import { ProductCard } from "../ui/ProductCard.tsx";
import { text } from "../ui/strings.ts";
import { BagList } from "./BagList.tsx";
import styles from "./LiveRoom.module.css";
import { RoomActions } from "./RoomActions.tsx";
import { RoomHead } from "./RoomHead.tsx";
import { Stage } from "./Stage.tsx";

const BuyDialog = lazy(() => import("./BuyDialog.tsx").then((part) => part.BuyDialog));
const OfferList = lazy(() => import("./OfferList.tsx").then((part) => part.OfferList));
const GiftFeed = lazy(() => import("../ui/GiftFeed.tsx").then((part) => part.GiftFeed));
const ShowTools = lazy(() => import("./ShowTools.tsx").then((part) => part.ShowTools));
const WaitDock = lazy(() => import("./WaitDock.tsx").then((part) => part.WaitDock));
const WaitForProduct = lazy(() => import("./WaitButton.tsx").then((part) => part.WaitForProduct));
const CallDock = lazy(() => import("./CallDock.tsx").then((part) => part.CallDock));
const PacketDock = lazy(() => import("./PacketDock.tsx").then((part) => part.PacketDock));
const BagSheet = lazy(() => import("./BagSheet.tsx").then((part) => part.BagSheet));

interface LiveRoomProps {
  readonly open: OpenVisit;
  readonly visit: Visit;
  readonly account: Account;
}

export function LiveRoom({ open, visit, account }: LiveRoomProps) {
  const { room, quality, following } = open;
  const narrow = useNarrow().value;
  const bagOpen = useSignal(false);
  const sharing = useSignal("");
  const writing = useSignal(false);
  const frame = useRef<HTMLDivElement>(null);
  const show = room.show.value;
  const ended = show.state === "ended";
  const products = room.bag.products.value;
  const shown = room.bag.showing.value;
  // Where there is one thing to buy, and room for it, nobody needs to open the bag for it.
  const only = narrow && products.length === 1 && room.stage.value.slots.length === 0 ? products[0] : null;
  const wanted = shown ?? only ?? null;
  // Its offer has the same and a better price; on a phone there is room for one of the two.
  const offered = room.offers.open.value.some(({ lines }) => lines.some(({ product }) => product === wanted?.id));
  const card = narrow && offered ? null : wanted;
  const want = (product: Product | undefined, offer: Offer | null = null) => {
    bagOpen.value = false;
    if (product) account.ask(() => (visit.wish.value = { product, offer }));
  };
  const buy = (product: Product) => want(product);
  const buyOffer = (offer: Offer) =>
    want(
      products.find(({ id }) => id === offer.lines[0]?.product),
      offer,
    );
  const button: CardButton = (product) =>
    available(product) > 0 ? (
      <Button look="primary" onClick={() => buy(product)}>
        {text.goods.buy}
      </Button>
    ) : (
      <WaitForProduct room={room} account={account} product={product} onBuy={buy} />
    );
  document.title = `${show.title} · ${text.brand}`;
  return (
    <main class={styles.room} data-writing={writing.value || undefined}>
      <div class={styles.video} ref={frame} data-shared={sharing.value !== "" || undefined}>
        <Stage room={room} viewing={visit.viewing} quality={quality} account={account} sharing={sharing} />
        {room.given.value.length > 0 && <GiftFeed room={room} over />}
      </div>
      <RoomHead room={room} viewing={visit.viewing} account={account} following={following} />
      <div class={styles.goods}>
        <Showing product={ended ? null : card} explained={shown !== null} button={button} />
        <div class={styles.docks}>
          {!ended && (room.call.value?.call || room.stage.value.who !== "off") && (
            <CallDock room={room} account={account} />
          )}
          {!ended && account.user.value && (room.place.value || mayWait()) && (
            <WaitDock room={room} account={account} onBuy={buy} onBuyOffer={buyOffer} />
          )}
          {!ended && room.offers.current.value.length > 0 && (
            <OfferList room={room} account={account} onBuy={buyOffer} />
          )}
          {room.packets.list.value.length > 0 && <PacketDock room={room} account={account} />}
          {!ended && !room.you.value?.host && isStaff(room.you.value) && <ShowTools room={room} />}
        </div>
        {!ended && !narrow && <BagList room={room} button={button} />}
      </div>
      <div
        class={styles.chat}
        onFocusIn={({ target }) => (writing.value = target instanceof HTMLInputElement)}
        onFocusOut={() => (writing.value = false)}
      >
        <ChatPanel
          room={room}
          account={account}
          following={following}
          follow={<FollowButton following={following} account={account} />}
        />
      </div>
      <div class={styles.actions}>
        <RoomActions
          room={room}
          viewing={visit.viewing}
          account={account}
          frame={frame}
          onBag={narrow ? () => (bagOpen.value = true) : null}
        />
      </div>
      {!ended && narrow && bagOpen.value && (
        <BagSheet room={room} button={button} onClose={() => (bagOpen.value = false)} />
      )}
      {visit.wish.value && <BuyDialog visit={visit} room={room} account={account} />}
    </main>
  );
}

/** What one can do about a product: buy it, or wait for it. */
export type CardButton = (product: Product) => VNode;

interface ShowingProps {
  readonly product: Product | null;
  readonly explained: boolean;
  readonly button: CardButton;
}

function Showing({ product, explained, button }: ShowingProps) {
  // The region stays in the tree, so that a screen reader says when another product is shown.
  return (
    <section aria-label={text.goods.showing} aria-live="polite" class={styles.showing}>
      {product && (
        <ProductCard product={product} flag={explained ? text.goods.showing : ""}>
          {button(product)}
        </ProductCard>
      )}
    </section>
  );
}
