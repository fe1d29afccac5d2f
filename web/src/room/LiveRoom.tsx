// The room of a show: picture, title, what is being shown, the bag, and the chat beside or below it.
import type { VNode } from "preact";
import type { Offer, Product } from "../core/protocol.ts";
import type { Account } from "../state/account.ts";
import { available } from "../state/bag.ts";
import { isStaff } from "../state/chat.ts";
import type { Following } from "../state/following.ts";
import type { Room } from "../state/room.ts";
import type { OpenVisit, Visit } from "../state/visit.ts";
import { mayWait } from "../state/waited.ts";
import { Button } from "../ui/Button.tsx";
import { ChatPanel } from "../ui/ChatPanel.tsx";
import { FollowButton } from "../ui/FollowButton.tsx";
import { lazy } from "../ui/Lazy.tsx";
import layout from "../ui/layout.module.css";
import { Badge } from "../ui/Note.tsx";
import { ProductCard } from "../ui/ProductCard.tsx";
import { SessionBadge } from "../ui/SessionBadge.tsx";
import { ShowStateBadge } from "../ui/ShowStateBadge.tsx";
import { text } from "../ui/strings.ts";
import { LikeButton } from "./LikeButton.tsx";
import styles from "./LiveRoom.module.css";
import { Stage } from "./Stage.tsx";

const BuyDialog = lazy(() => import("./BuyDialog.tsx").then((part) => part.BuyDialog));
const OfferList = lazy(() => import("./OfferList.tsx").then((part) => part.OfferList));
const UnderTitle = lazy(() => import("./UnderTitle.tsx").then((part) => part.UnderTitle));
const GiftFeed = lazy(() => import("../ui/GiftFeed.tsx").then((part) => part.GiftFeed));
const ShowTools = lazy(() => import("./ShowTools.tsx").then((part) => part.ShowTools));
const WaitDock = lazy(() => import("./WaitDock.tsx").then((part) => part.WaitDock));
const WaitForProduct = lazy(() => import("./WaitButton.tsx").then((part) => part.WaitForProduct));
const CallDock = lazy(() => import("./CallDock.tsx").then((part) => part.CallDock));
const PacketDock = lazy(() => import("./PacketDock.tsx").then((part) => part.PacketDock));

interface LiveRoomProps {
  readonly open: OpenVisit;
  readonly visit: Visit;
  readonly account: Account;
}

export function LiveRoom({ open, visit, account }: LiveRoomProps) {
  const { room, quality, following } = open;
  const { checkout } = visit;
  const show = room.show.value;
  const ended = show.state === "ended";
  const buy = (product: Product) => account.ask(() => checkout.open(product));
  const buyOffer = (offer: Offer) => account.ask(() => checkout.openOffer(offer, room.bag.products.value));
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
    <main class={styles.room}>
      <div class={styles.main}>
        <div class={styles.video}>
          <Stage room={room} viewing={visit.viewing} quality={quality} account={account} />
          {room.given.value.length > 0 && <GiftFeed room={room} over />}
        </div>
        <div class={styles.title}>
          <h1>{show.title}</h1>
          <p class={layout.row}>
            <ShowStateBadge state={show.state} />
            <Badge>{text.show.viewers(room.viewers.value)}</Badge>
            <SessionBadge status={room.status.value} />
            <LikeButton room={room} account={account} />
          </p>
          <div class={layout.row}>
            <span class={layout.muted}>{hostedBy(show.creator.display_name, following)}</span>
            <FollowButton following={following} account={account} />
          </div>
          <UnderTitle room={room} account={account} />
        </div>
        {!ended && (room.call.value?.call || room.stage.value.who !== "off") && (
          <CallDock room={room} account={account} />
        )}
        {!ended && account.user.value && (room.place.value || mayWait()) && (
          <WaitDock room={room} account={account} onBuy={buy} onBuyOffer={buyOffer} />
        )}
        {!ended && room.offers.current.value.length > 0 && <OfferList room={room} account={account} onBuy={buyOffer} />}
        {room.packets.list.value.length > 0 && <PacketDock room={room} account={account} />}
        {!ended && !room.you.value?.host && isStaff(room.you.value) && <ShowTools room={room} />}
        <Showing product={ended ? null : room.bag.showing.value} button={button} />
      </div>
      <div class={styles.chat}>
        <ChatPanel room={room} account={account} following={following} />
      </div>
      {!ended && <BagList room={room} button={button} />}
      {checkout.product.value && <BuyDialog checkout={checkout} room={room} account={account} />}
    </main>
  );
}

function hostedBy(name: string, following: Following): string {
  const followers = following.state.value?.followers ?? 0;
  return followers > 0 ? `${text.show.hostedBy(name)} · ${text.follow.followers(followers)}` : text.show.hostedBy(name);
}

/** What one can do about a product: buy it, or wait for it. */
type CardButton = (product: Product) => VNode;

interface ShowingProps {
  readonly product: Product | null;
  readonly button: CardButton;
}

function Showing({ product, button }: ShowingProps) {
  // The region stays in the tree, so that a screen reader says when another product is shown.
  return (
    <section aria-label={text.goods.showing} aria-live="polite">
      {product && (
        <ProductCard product={product} flag={text.goods.showing}>
          {button(product)}
        </ProductCard>
      )}
    </section>
  );
}

function BagList({ room, button }: { readonly room: Room; readonly button: CardButton }) {
  const shown = room.bag.showing.value;
  const products = room.bag.products.value.filter((product) => product.id !== shown?.id);
  if (products.length === 0 && shown) return null;
  return (
    <section class={`${layout.card} ${styles.bag}`} aria-label={text.goods.bag}>
      <h2>{text.goods.bag}</h2>
      {products.length === 0 && <p class={layout.muted}>{text.goods.emptyBagViewer}</p>}
      <ul class={layout.list}>
        {products.map((product) => (
          <li key={product.id}>
            <ProductCard product={product}>{button(product)}</ProductCard>
          </li>
        ))}
      </ul>
    </section>
  );
}
