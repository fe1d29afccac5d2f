// The lines of the chat. It stays at the newest line unless the reader scrolled up. Text nodes only.
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ChatMessage } from "../core/protocol.ts";
import { Button } from "./Button.tsx";
import styles from "./ChatLog.module.css";
import { text } from "./strings.ts";

/** How far from the end, in pixels, still counts as reading the newest line. */
const NEAR_END = 40;

interface ChatLogProps {
  readonly lines: readonly ChatMessage[];
  readonly hostId: string;
}

export function ChatLog({ lines, hostId }: ChatLogProps) {
  const box = useRef<HTMLDivElement>(null);
  const following = useSignal(true);
  const toEnd = () => box.current?.scrollTo({ top: box.current.scrollHeight });
  const newest = lines.at(-1)?.id;
  useLayoutEffect(() => {
    if (following.peek()) toEnd();
  }, [newest]);
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
        onScroll={({ currentTarget: log }) => {
          following.value = log.scrollHeight - log.scrollTop - log.clientHeight <= NEAR_END;
        }}
      >
        {lines.length === 0 && <p class={styles.empty}>{text.chat.empty}</p>}
        {lines.map((line) => (
          <ChatLine key={line.id} line={line} isHost={line.author.id === hostId} />
        ))}
      </div>
      {!following.value && (
        <span class={styles.newest}>
          <Button small onClick={toEnd}>
            {text.chat.newest} ↓
          </Button>
        </span>
      )}
    </div>
  );
}

function ChatLine({ line, isHost }: { readonly line: ChatMessage; readonly isHost: boolean }) {
  const { author } = line;
  const isStaff = author.role === "moderator" || author.role === "admin";
  return (
    <p class={styles.line}>
      {isHost && <span class={styles.role}>{text.chat.host}</span>}
      {!isHost && isStaff && <span class={`${styles.role} ${styles.staff}`}>{text.chat.staff}</span>}
      <span class={styles.author}>{author.display_name}</span>
      <span dir="auto">{line.text}</span>
    </p>
  );
}
