// The studio while a show is open: broadcast and goods on one side, the audience on the other.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { at } from "../core/shopPath.ts";
import type { Account } from "../state/account.ts";
import type { Hosting } from "../state/hosting.ts";
import type { Studio } from "../state/studio.ts";
import type { Toasts } from "../state/toasts.ts";
import { Button } from "../ui/Button.tsx";
import { ChatPanel } from "../ui/ChatPanel.tsx";
import { lazy } from "../ui/Lazy.tsx";
import layout from "../ui/layout.module.css";
import { Badge, Note } from "../ui/Note.tsx";
import { useNarrow } from "../ui/narrow.ts";
import { SessionBadge } from "../ui/SessionBadge.tsx";
import { ShowStateBadge } from "../ui/ShowStateBadge.tsx";
import { text } from "../ui/strings.ts";
import { work } from "../ui/workStrings.ts";
import { Assistants } from "./Assistants.tsx";
import { BroadcastPanel } from "./BroadcastPanel.tsx";
import { CALLS, CallersWait } from "./CallersWait.tsx";
import { ChatDesk } from "./ChatDesk.tsx";
import { EncoderCard } from "./EncoderCard.tsx";
import { HostBag } from "./HostBag.tsx";
import { HostBar } from "./HostBar.tsx";
import styles from "./HostedShow.module.css";
import { HostNotices } from "./HostNotices.tsx";
import { SaleConsole } from "./SaleConsole.tsx";
import { ShowFigures } from "./ShowFigures.tsx";
import { ShowSummary } from "./ShowSummary.tsx";
import { WaitLines } from "./WaitLines.tsx";

const CallDesk = lazy(() => import("../ui/CallDesk.tsx").then((part) => part.CallDesk));
const CaptionSender = lazy(() => import("./CaptionSender.tsx").then((part) => part.CaptionSender));
const DuelDesk = lazy(() => import("./DuelDesk.tsx").then((part) => part.DuelDesk));
const GiftFeed = lazy(() => import("../ui/GiftFeed.tsx").then((part) => part.GiftFeed));
const HeldMessages = lazy(() => import("../ui/HeldMessages.tsx").then((part) => part.HeldMessages));
const PacketConsole = lazy(() => import("./PacketConsole.tsx").then((part) => part.PacketConsole));

interface HostedShowProps {
  readonly hosting: Hosting;
  readonly studio: Studio;
  readonly account: Account;
  readonly toasts: Toasts;
  readonly onLeave: () => void;
}

export function HostedShow({ hosting, studio, account, toasts, onLeave }: HostedShowProps) {
  const { room } = hosting;
  const show = room.show.value;
  const narrow = useNarrow();
  const ended = show.state === "ended";
  const callers = useSignal(0);
  useEffect(() => warnWhilePublishing(hosting), []);
  return (
    <>
      <div class={layout.between}>
        <div class={layout.tight}>
          <h1>{show.title}</h1>
          <p class={layout.row}>
            <ShowStateBadge state={show.state} />
            <Badge>{text.show.viewers(room.viewers.value)}</Badge>
            <SessionBadge room={room} />
            {!ended && !narrow.value && <CallersWait people={callers.value} />}
          </p>
        </div>
        {!hosting.publishing.value && <Button onClick={onLeave}>{work.studio.allTopics}</Button>}
      </div>
      <HostNotices hosting={hosting} titleOf={(product) => titleIn(studio, product)} />
      <div class={`${layout.columns} ${styles.show}`}>
        <div class={layout.stack}>
          {ended ? (
            <>
              <Note>
                <p>
                  <strong>{work.studio.ended}</strong>
                </p>
                <p>{work.studio.endedHint}</p>
              </Note>
              <ShowSummary hosting={hosting} />
            </>
          ) : (
            <BroadcastPanel hosting={hosting} />
          )}
          {!ended && hosting.publishing.value && <CaptionSender room={room} />}
          <HostBag hosting={hosting} studio={studio} />
          {!ended && <SaleConsole hosting={hosting} />}
          {!ended && (
            <div id={CALLS}>
              <CallDesk room={room} onWaiting={(people) => (callers.value = people)} />
            </div>
          )}
          {!ended && <DuelDesk room={room} />}
          {!ended && <EncoderCard hosting={hosting} />}
        </div>
        <div class={layout.stack}>
          {!ended && <RoomLink show={show.id} onCopied={() => toasts.say(work.studio.copied, "good")} />}
          {!ended && <ShowFigures hosting={hosting} />}
          <div class={styles.chat}>
            <ChatPanel room={room} account={account} />
          </div>
          {!ended && <HeldMessages room={room} />}
          {!ended && <WaitLines hosting={hosting} />}
          {!ended && <PacketConsole show={show.id} toasts={toasts} />}
          {room.given.value.length > 0 && <GiftFeed room={room} />}
          {!ended && <ChatDesk hosting={hosting} canned={studio.canned} />}
          {!ended && <Assistants show={show.id} />}
        </div>
      </div>
      {!ended && narrow.value && <HostBar hosting={hosting} callers={callers.value} />}
    </>
  );
}

/** A closed product is in the bag no more, but among the host's goods. */
function titleIn(studio: Studio, product: string): string {
  return studio.goods.items.value?.find(({ id }) => id === product)?.title ?? text.unreadProduct(product);
}

function RoomLink({ show, onCopied }: { readonly show: string; readonly onCopied: () => void }) {
  const url = new URL(at(`/s/${encodeURIComponent(show)}`), location.href).href;
  return (
    <section class={layout.card} aria-label={work.studio.roomLink}>
      <h2>{work.studio.roomLink}</h2>
      <div class={layout.row}>
        <a class={styles.link} href={url} target="_blank" rel="noreferrer">
          {url}
        </a>
        {/* Plain HTTP pages have no clipboard; the link itself can still be copied by hand. */}
        {navigator.clipboard && (
          <Button small onClick={() => navigator.clipboard.writeText(url).then(onCopied)}>
            {work.studio.copyLink}
          </Button>
        )}
      </div>
    </section>
  );
}

/** Closing the tab ends the picture for everybody: the browser asks first. */
function warnWhilePublishing(hosting: Hosting): () => void {
  const ask = (event: BeforeUnloadEvent) => {
    if (hosting.publishing.value && hosting.room.state.value === "live") event.preventDefault();
  };
  window.addEventListener("beforeunload", ask);
  return () => window.removeEventListener("beforeunload", ask);
}
