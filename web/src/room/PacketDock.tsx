// The red packets of a room, above everything else that can wait: countdown, claim, what came of it.
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatMoney } from "../core/money.ts";
import type { Packet, PacketCondition } from "../core/protocol.ts";
import { at } from "../core/shopPath.ts";
import type { Account } from "../state/account.ts";
import { isClosed, PacketClaims } from "../state/packetClaims.ts";
import type { Room } from "../state/room.ts";
import { Button, ButtonLink } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { cross } from "../ui/icons.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { words } from "../ui/packetStrings.ts";
import styles from "./PacketDock.module.css";
import { PacketResults } from "./PacketResults.tsx";

const TICK_MS = 250;

interface DockProps {
  readonly room: Room;
  readonly account: Account;
}

export function PacketDock({ room, account }: DockProps) {
  const packets = room.packets.list.value;
  const claims = useSignal(
    new PacketClaims({
      claim: (packet, nonce) => room.claimPacket(packet, nonce),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      random: Math.random,
    }),
  ).value;
  const now = useSignal(room.packets.nowMs());
  const running = packets.some((packet) => !isClosed(packet));
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => (now.value = room.packets.nowMs()), TICK_MS);
    return () => clearInterval(timer);
  }, [running]);
  const person = account.user.value?.id ?? null;
  useEffect(() => () => claims.reset(), [person]);
  useSignalEffect(() => void claims.follow(room.packets.list.value));
  return (
    <section class={layout.stack} aria-label={words.title}>
      {packets.map((packet) => (
        <PacketCard key={packet.id} packet={packet} nowMs={now.value} room={room} account={account} claims={claims} />
      ))}
    </section>
  );
}

interface CardProps extends DockProps {
  readonly packet: Packet;
  readonly nowMs: number;
  readonly claims: PacketClaims;
}

function PacketCard({ packet, nowMs, room, account, claims }: CardProps) {
  const showing = useSignal(false);
  const closed = isClosed(packet);
  const name = packet.sender.display_name;
  return (
    <article class={styles.packet} aria-label={words.from(name)}>
      <div class={styles.head}>
        <div class={layout.tight}>
          <h2>{words.from(name)}</h2>
          <p>
            <strong>{formatMoney(packet.total)}</strong> · {words.terms(packet)}
          </p>
        </div>
        {closed && (
          <button
            type="button"
            class={styles.hide}
            aria-label={words.hide(name)}
            onClick={() => room.packets.dismiss(packet.id)}
          >
            <Icon of={cross} />
          </button>
        )}
      </div>
      <p class={`${layout.muted} ${styles.count}`}>{progress(packet, nowMs)}</p>
      {!closed && packet.condition && !claims.answers.value[packet.id] && <Wishes condition={packet.condition} />}
      <Mine packet={packet} nowMs={nowMs} account={account} claims={claims} />
      {closed && (
        <>
          {packet.luckiest && packet.kind === "lucky" && (
            <p>{words.luckiest(packet.luckiest.name, formatMoney(packet.luckiest.amount))}</p>
          )}
          <div class={layout.row}>
            <Button small onClick={() => (showing.value = true)}>
              {words.results}
            </Button>
            <ButtonLink small href={checkLink(packet, account, claims)}>
              {words.check}
            </ButtonLink>
          </div>
        </>
      )}
      {showing.value && <PacketResults packet={packet} onClose={() => (showing.value = false)} />}
    </article>
  );
}

/** One's own part: the button, or what came of it. */
function Mine({ packet, nowMs, account, claims }: Omit<CardProps, "room">) {
  const answer = claims.answers.value[packet.id];
  const error = claims.errors.value[packet.id] ?? null;
  const busy = claims.busy.value === packet.id;
  const claim = () => account.ask(() => void claims.claim(packet.id));
  const own = account.user.value?.id === packet.sender.id;
  const known = error && words.refused[error.code];
  const wishes = error?.code === "condition_missing" ? Object.values(error.fields) : [];
  return (
    <div class={layout.tight} role="status">
      {answer?.state === "won" && answer.amount && <p class={styles.won}>{words.youWon(formatMoney(answer.amount))}</p>}
      {answer?.state === "lost" && <p>{words.youLost}</p>}
      {answer?.state === "entered" && <p>{words.youEntered}</p>}
      {!own && offers(packet, nowMs, answer?.state) && (
        <Button look="primary" busy={busy} onClick={claim}>
          {isClosed(packet) ? words.askAgain : packet.mode === "draw" ? words.enter : words.open}
        </Button>
      )}
      {wishes.length > 0 ? (
        <Note tone="warn">
          <p>{words.missing}</p>
          <ul>
            {wishes.map((wish) => (
              <li key={wish}>{wish}</li>
            ))}
          </ul>
        </Note>
      ) : known ? (
        <Note tone="warn">{known}</Note>
      ) : (
        <ErrorNote error={error} />
      )}
    </div>
  );
}

function Wishes({ condition }: { readonly condition: PacketCondition }) {
  const wishes = [
    condition.follow && words.condition.follow,
    condition.phrase !== undefined && words.condition.phrase(condition.phrase),
    condition.watched_s !== undefined && words.condition.watched(condition.watched_s),
    condition.bought && words.condition.bought,
  ].filter((wish): wish is string => typeof wish === "string");
  return (
    <div>
      <p>{words.missing}</p>
      <ul>
        {wishes.map((wish) => (
          <li key={wish}>{wish}</li>
        ))}
      </ul>
    </div>
  );
}

/** Whether there is something to press: a packet that is open, or one whose result one has not heard yet. */
function offers(packet: Packet, nowMs: number, state: string | undefined): boolean {
  if (isClosed(packet)) return state === "entered";
  if (state !== undefined) return false;
  return nowMs >= Date.parse(packet.opens_at) && nowMs < Date.parse(packet.ends_at);
}

function progress(packet: Packet, nowMs: number): string {
  if (isClosed(packet)) return `${words.states[packet.state]} · ${words.closed(packet)}`;
  const opensIn = secondsTo(packet.opens_at, nowMs);
  if (opensIn > 0) return words.opensIn(opensIn);
  if (packet.mode === "speed") return words.left(packet);
  const drawIn = secondsTo(packet.ends_at, nowMs);
  return `${words.entered(packet.entrants)} · ${drawIn > 0 ? words.drawIn(drawIn) : words.drawing}`;
}

function secondsTo(time: string, nowMs: number): number {
  return Math.max(0, Math.ceil((Date.parse(time) - nowMs) / 1000));
}

/** The page that checks gets what this page saw before the opening; after the # it goes to no server. */
function checkLink(packet: Packet, account: Account, claims: PacketClaims): string {
  const seen = new URLSearchParams({ commitment: packet.commitment });
  const person = account.user.value?.id;
  if (person && claims.answers.value[packet.id] && packet.mode === "draw") {
    seen.set("person", person);
    seen.set("nonce", claims.nonce(packet.id));
  }
  return at(`/verify?packet=${encodeURIComponent(packet.id)}#${seen}`);
}
