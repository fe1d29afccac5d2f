// A heart to tap, as often as one likes, with everybody's taps beside it and hearts that rise from it.
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Account } from "../state/account.ts";
import type { Room } from "../state/room.ts";
import { Icon } from "../ui/Icon.tsx";
import { heart as heartSign } from "../ui/icons.ts";
import { text } from "../ui/strings.ts";
import { ActionButton } from "./ActionButton.tsx";
import styles from "./RoomActions.module.css";

/** However many tap: of a crowd one sees that it taps. */
const MOST_HEARTS = 8;

export function LikeButton({ room, account }: { readonly room: Room; readonly account: Account }) {
  const total = room.likes.total.value;
  const name = `${text.likes.give}, ${text.likes.given(total)}`;
  return (
    <span class={styles.heart}>
      <ActionButton
        icon="heart"
        label={text.likes.give}
        aria-label={name}
        disabled={room.state.value === "ended"}
        onClick={() => account.ask(() => room.likes.tap())}
      >
        <span class={styles.count} aria-hidden="true">
          {text.likes.number(total)}
        </span>
      </ActionButton>
      <Hearts room={room} />
    </span>
  );
}

function Hearts({ room }: { readonly room: Room }) {
  const rising = useSignal<readonly number[]>([]);
  const before = useRef<number | null>(null);
  const last = useRef(0);
  useSignalEffect(() => {
    const total = room.likes.total.value;
    const more = before.current === null ? 0 : total - before.current;
    before.current = total;
    if (more <= 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const now = rising.peek();
    const fresh = Array.from({ length: Math.min(3, more, MOST_HEARTS - now.length) }, () => ++last.current);
    if (fresh.length > 0) rising.value = [...now, ...fresh];
  });
  return (
    <span aria-hidden="true">
      {rising.value.map((heart) => (
        <span
          key={heart}
          class={styles.burst}
          onAnimationEnd={() => (rising.value = rising.value.filter((one) => one !== heart))}
        >
          <Icon of={heartSign} filled />
        </span>
      ))}
    </span>
  );
}
