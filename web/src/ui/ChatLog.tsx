// The lines of the chat. It stays at the newest line unless the reader scrolled up; of many lines only those near to what
// is read are in the page. Text nodes only.
import { type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { ChatMessage } from "../core/protocol.ts";
import { type ChatLine as ChatLineValue, isFor } from "../state/chat.ts";
import { linesAfter } from "../state/chatWindow.ts";
import type { Composing } from "../state/composing.ts";
import type { Room } from "../state/room.ts";
import { Button } from "./Button.tsx";
import styles from "./ChatLog.module.css";
import { Reading } from "./chatReading.ts";
import { lazy } from "./Lazy.tsx";
import { text } from "./strings.ts";

const ChatActions = lazy(() => import("./ChatActions.tsx").then((part) => part.ChatActions));
/** What is put into the page at once, when one comes back to the newest lines, is not read out as news. */
const QUIET_MS = 1_000;

interface ChatLogProps {
  readonly room: Room;
  readonly composing: Composing;
}

export function ChatLog({ room, composing }: ChatLogProps) {
  const reading = useSignal(new Reading(room.chat)).value;
  const box = useRef<HTMLDivElement>(null);
  const top = reading.top.value;
  const all = room.chat.lines.value;
  const lines = reading.inPage(all);
  const missed = top && reading.seen ? linesAfter(all, reading.seen) : 0;
  useLayoutEffect(reading.settle);
  useLayoutEffect(() => {
    reading.log = box.current;
    // The keyboard makes it lower, a phone that is turned breaks its lines anew.
    const resized = new ResizeObserver(reading.settle);
    for (const part of [box.current, box.current?.firstElementChild]) if (part) resized.observe(part);
    return () => {
      resized.disconnect();
      room.chat.keepOlder(false);
    };
  }, []);
  useEffect(() => {
    const live = (how: string) => box.current?.setAttribute("aria-live", how);
    if (top) return void live("off");
    const timer = setTimeout(live, QUIET_MS, "polite");
    return () => clearTimeout(timer);
  }, [top === null]);
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
        data-following={top === null}
        onScroll={reading.scrolled}
        // Not for a finger or a mouse: what moved between press and release would not be clicked.
        onFocusIn={({ target, currentTarget }) =>
          target !== currentTarget && (target as Element).matches(":focus-visible") && reading.hold()
        }
        onFocusOut={({ relatedTarget, currentTarget }) =>
          currentTarget.contains(relatedTarget as Node | null) || reading.release()
        }
      >
        <div class={styles.lines}>
          {lines.length === 0 && <p class={styles.empty}>{text.chat.empty}</p>}
          {lines.map((line) => (
            <Row
              key={line.id}
              line={line}
              room={room}
              composing={composing}
              chosen={reading.chosen}
              onChoose={reading.choose}
            />
          ))}
        </div>
      </div>
      {/* It would lie over the options of the last lines. */}
      {top && reading.chosen.value === null && (
        <span class={styles.newest}>
          <Button small onClick={reading.follow}>
            {missed > 0 ? text.chat.unread(missed) : text.chat.newest} ↓
          </Button>
        </span>
      )}
    </div>
  );
}

interface RowProps extends ChatLogProps {
  readonly line: ChatLineValue;
  readonly chosen: Signal<string | null>;
  readonly onChoose: (id: string | null) => void;
}

/** Its props stay the same as long as its line does, and it reads signals: then it is not drawn again with each new line. */
function Row({ line, room, composing, chosen, onChoose }: RowProps) {
  const open = room.state.value !== "ended";
  return (
    <div
      class={isFor(line, room.you.value) ? styles.forYou : undefined}
      data-open={chosen.value === line.id || undefined}
    >
      <ChatLine line={line} room={room} onChoose={room.you.value?.user && open && !line.held ? onChoose : undefined} />
      {chosen.value === line.id && (
        <ChatActions line={line} room={room} composing={composing} onDone={() => onChoose(null)} />
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
  const { author, reply_to } = line;
  const isHost = author.id === room.show.value.creator.id;
  const isStaff = author.role === "moderator" || author.role === "admin";
  return (
    <div class={styles.line}>
      <p>
        {reply_to && <Answered to={reply_to} room={room} />}
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
          {/* A letter: an icon is five nodes, twenty times a second. */}⋯
        </button>
      )}
    </div>
  );
}

interface AnsweredProps {
  readonly to: NonNullable<ChatMessage["reply_to"]>;
  readonly room: Room;
}

/** The answered line as this page has it: one that was deleted is not repeated. */
function Answered({ to, room }: AnsweredProps) {
  const line = useComputed(() => room.chat.lines.value.find(({ id }) => id === to.id)?.text ?? "");
  return <span class={styles.answered}>{text.chat.answers(to.author.display_name, line.value)}</span>;
}
