// The lines of the chat. It stays at the newest line unless the reader scrolled up. Text nodes only.
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ChatMessage } from "../core/protocol.ts";
import { type ChatLine as ChatLineValue, isFor } from "../state/chat.ts";
import type { Composing } from "../state/composing.ts";
import type { Room } from "../state/room.ts";
import { Button } from "./Button.tsx";
import styles from "./ChatLog.module.css";
import { lazy } from "./Lazy.tsx";
import { text } from "./strings.ts";

const ChatActions = lazy(() => import("./ChatActions.tsx").then((part) => part.ChatActions));
/** How far from the end, in pixels, still counts as reading the newest line. */
const NEAR_END = 40;

interface ChatLogProps {
  readonly room: Room;
  readonly composing: Composing;
}

export function ChatLog({ room, composing }: ChatLogProps) {
  const box = useRef<HTMLDivElement>(null);
  const following = useSignal(true);
  const chosen = useSignal<string | null>(null);
  const lines = room.chat.lines.value;
  // The newest line that was in sight; what came after it is new to who scrolled up.
  const seen = useSignal<string | undefined>(undefined);
  const toEnd = () => box.current?.scrollTo({ top: box.current.scrollHeight });
  const newest = lines.at(-1)?.id;
  useLayoutEffect(() => {
    if (following.value) {
      seen.value = newest;
      toEnd();
    }
  }, [newest, chosen.value, following.value]);
  useLayoutEffect(() => {
    // The keyboard makes it lower, a phone that is turned breaks its lines anew.
    const resized = new ResizeObserver(() => following.peek() && toEnd());
    for (const part of [box.current, box.current?.firstElementChild]) if (part) resized.observe(part);
    return () => resized.disconnect();
  }, []);
  const missed = following.value ? 0 : lines.length - 1 - lines.findIndex(({ id }) => id === seen.value);
  const open = room.state.value !== "ended";
  const choose = (id: string | null) => {
    chosen.value = chosen.value === id ? null : id;
  };
  return (
    <div class={styles.frame}>
      <div
        ref={box}
        role="log"
        aria-label={text.chat.title}
        aria-live="polite"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
        tabIndex={0}
        class={styles.log}
        data-following={following.value}
        onScroll={({ currentTarget: log }) => {
          following.value = log.scrollHeight - log.scrollTop - log.clientHeight <= NEAR_END;
        }}
      >
        <div class={styles.lines}>
          {lines.length === 0 && <p class={styles.empty}>{text.chat.empty}</p>}
          {lines.map((line) => (
            <div key={line.id} class={isFor(line, room.you.value) ? styles.forYou : undefined}>
              <ChatLine
                line={line}
                room={room}
                onChoose={room.you.value?.user && open && !line.held ? choose : undefined}
              />
              {chosen.value === line.id && (
                <ChatActions line={line} room={room} composing={composing} onDone={() => choose(null)} />
              )}
            </div>
          ))}
        </div>
      </div>
      {!following.value && (
        <span class={styles.newest}>
          <Button small onClick={toEnd}>
            {missed > 0 ? text.chat.unread(missed) : text.chat.newest} ↓
          </Button>
        </span>
      )}
    </div>
  );
}

interface ChatLineProps {
  readonly line: ChatLineValue;
  readonly room: Room;
  readonly onChoose?: ((id: string) => void) | undefined;
}

export function ChatLine({ line, room, onChoose }: ChatLineProps) {
  const { author } = line;
  const isHost = author.id === room.show.value.creator.id;
  const isStaff = author.role === "moderator" || author.role === "admin";
  return (
    <div class={styles.line}>
      <p>
        {line.reply_to && <span class={styles.answered}>{answered(line.reply_to, room)}</span>}
        {isFor(line, room.you.value) && <span class={`${styles.role} ${styles.you}`}>{text.chat.forYou}</span>}
        {isHost && <span class={styles.role}>{text.chat.host}</span>}
        {!isHost && isStaff && <span class={`${styles.role} ${styles.staff}`}>{text.chat.staff}</span>}
        <span class={styles.author}>{author.display_name}</span>
        <span dir="auto">{line.text}</span>
        {line.held && <small> ({line.refused ? text.chat.refused : text.chat.held})</small>}
      </p>
      {onChoose && (
        <button
          type="button"
          class={styles.more}
          aria-label={text.chat.options(author.display_name)}
          onClick={() => onChoose(line.id)}
        >
          ⋯
        </button>
      )}
    </div>
  );
}

/** The answered line as this page has it: one that was deleted is not repeated. */
function answered(to: NonNullable<ChatMessage["reply_to"]>, room: Room): string {
  const line = room.chat.lines.value.find((message) => message.id === to.id);
  return text.chat.answers(to.author.display_name, line?.text ?? "");
}
