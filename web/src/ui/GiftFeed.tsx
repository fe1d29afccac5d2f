// What was given in a room within the last seconds: who, what, and how many in a row. Loaded with the first gift.
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { GiftFeed as Feed } from "../state/gifts.ts";
import type { Room } from "../state/room.ts";
import styles from "./GiftFeed.module.css";
import { words } from "./giftStrings.ts";

const TICK_MS = 500;

interface GiftFeedProps {
  readonly room: Room;
  /** Over the picture, which it lets every touch through to. */
  readonly over?: boolean;
}

export function GiftFeed({ room, over = false }: GiftFeedProps) {
  const feed = useSignal(new Feed()).value;
  useSignalEffect(() => feed.take(room.given.value, Date.now()));
  const streaks = feed.streaks.value;
  const shows = streaks.length > 0;
  useEffect(() => {
    if (!shows) return;
    const timer = setInterval(() => feed.expire(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [shows]);
  return (
    <div class={over ? `${styles.feed} ${styles.over}` : styles.feed} role="log" aria-label={words.feed}>
      {streaks.map((streak) => (
        <p key={streak.streak} class={styles.streak}>
          <span aria-hidden="true" class={styles.icon}>
            {streak.gift.icon}
          </span>
          <span>{words.sent(streak)}</span>
          <strong key={streak.count} class={styles.count}>
            {words.times(streak.count)}
          </strong>
        </p>
      ))}
    </div>
  );
}
