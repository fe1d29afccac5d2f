// The chat of a show: title, the pinned line, the lines, and the field to write in.
import { useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChild } from "preact";
import type { Account } from "../state/account.ts";
import { may } from "../state/chat.ts";
import { Composing } from "../state/composing.ts";
import type { Following } from "../state/following.ts";
import type { Room } from "../state/room.ts";
import { Button } from "./Button.tsx";
import styles from "./ChatLog.module.css";
import { ChatLine, ChatLog } from "./ChatLog.tsx";
import { useTask } from "./form.ts";
import { lazy } from "./Lazy.tsx";
import layout from "./layout.module.css";
import { ErrorNote } from "./Note.tsx";
import { text } from "./strings.ts";

const ChatForm = lazy(() => import("./ChatForm.tsx").then((part) => part.ChatForm));
const ClosedNote = lazy(() => import("./ChatNotes.tsx").then((part) => part.ClosedNote));
const MutedNote = lazy(() => import("./ChatNotes.tsx").then((part) => part.MutedNote));
const ARRIVALS_SHOWN_MS = 5_000;

interface ChatPanelProps {
  readonly room: Room;
  readonly account: Account;
  /** Of viewers: whether they follow the host, which a chat may ask for. */
  readonly following?: Following;
  readonly follow?: ComponentChild;
}

export function ChatPanel({ room, account, following, follow }: ChatPanelProps) {
  const composing = useSignal(new Composing()).value;
  const closed = room.closedBecause.value;
  const muted = room.you.value?.muted;
  const form = account.user.value ? (
    <ChatForm room={room} composing={composing} following={following} follow={follow} />
  ) : (
    <Button onClick={() => account.ask()}>{text.chat.signIn}</Button>
  );
  return (
    <section class={styles.panel} aria-label={text.chat.title}>
      <h2>{text.chat.title}</h2>
      <Pinned room={room} />
      <ChatLog room={room} composing={composing} />
      <Arrivals room={room} />
      {closed && <ClosedNote key={closed} because={closed} />}
      {room.delayed.value && (
        <p role="status" class={layout.muted}>
          {text.chat.delayed}
        </p>
      )}
      {room.state.value === "ended" ? (
        <p class={layout.muted}>{text.chat.ended}</p>
      ) : muted ? (
        <MutedNote nowMs={() => room.offers.serverNow()} muted={muted}>
          {form}
        </MutedNote>
      ) : (
        <div class={styles.writing}>{form}</div>
      )}
    </section>
  );
}

/** Not read out: it says little and comes often. */
function Arrivals({ room }: { readonly room: Room }) {
  const shown = useSignal("");
  useSignalEffect(() => {
    const notice = room.arrivals.value;
    if (notice === null) return;
    const leftOut = notice.kind === "left_out";
    shown.value = leftOut ? text.chat.leftOut(notice.count) : text.chat.joined(notice.names, notice.count);
    const timer = setTimeout(() => (shown.value = ""), ARRIVALS_SHOWN_MS);
    return () => clearTimeout(timer);
  });
  return (
    <p class={styles.arrivals} aria-live="off">
      {shown.value}
    </p>
  );
}

function Pinned({ room }: { readonly room: Room }) {
  const task = useTask();
  const { message } = room.chat.pinned.value;
  if (message === null) return null;
  return (
    <section class={styles.pinned} aria-label={text.chat.pinned}>
      <span class={styles.aside}>{text.chat.pinned}</span>
      <div class={styles.line}>
        <ChatLine line={message} room={room} />
        {may(room.you.value, "pin") && room.state.value !== "ended" && (
          <Button small busy={task.busy.value} onClick={() => task.run(() => room.pin(null))}>
            {text.chat.unpin}
          </Button>
        )}
      </div>
      <ErrorNote error={task.error.value} />
    </section>
  );
}
