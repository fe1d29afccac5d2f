// The chat of a show: title, lines and the field to write in.
import type { Account } from "../state/account.ts";
import type { Room } from "../state/room.ts";
import { ChatForm } from "./ChatForm.tsx";
import styles from "./ChatLog.module.css";
import { ChatLog } from "./ChatLog.tsx";
import { ClosedNote } from "./ClosedNote.tsx";
import layout from "./layout.module.css";
import { text } from "./strings.ts";

interface ChatPanelProps {
  readonly room: Room;
  readonly account: Account;
}

export function ChatPanel({ room, account }: ChatPanelProps) {
  return (
    <section class={styles.panel} aria-label={text.chat.title}>
      <h2>{text.chat.title}</h2>
      <ChatLog lines={room.chat.lines.value} hostId={room.show.value.creator.id} />
      <ClosedNote because={room.closedBecause.value} />
      {room.state.value === "ended" ? (
        <p class={layout.muted}>{text.chat.ended}</p>
      ) : (
        <ChatForm room={room} signedIn={account.user.value !== null} onSignIn={() => account.ask()} />
      )}
    </section>
  );
}
