// Writing into the chat. The text stays in the field until the server has it.
import { useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChild } from "preact";
import { useId } from "preact/hooks";
import { isStaff } from "../state/chat.ts";
import { type Composing, lengthOf, TEXT_MAX } from "../state/composing.ts";
import type { Following } from "../state/following.ts";
import type { Room } from "../state/room.ts";
import { Button } from "./Button.tsx";
import styles from "./ChatLog.module.css";
import { useTask } from "./form.ts";
import { Icon } from "./Icon.tsx";
import { cross } from "./icons.ts";
import layout from "./layout.module.css";
import { ErrorNote } from "./Note.tsx";
import { text } from "./strings.ts";

/** The server counts 200 characters as people do; this only stops a book from being pasted. */
const LONGEST = 4_000;
const TICK_MS = 250;

interface ChatFormProps {
  readonly room: Room;
  readonly composing: Composing;
  readonly following?: Following | undefined;
  /** The button to follow the host, for where only followers write. */
  readonly follow?: ComponentChild;
}

export function ChatForm({ room, composing, following, follow }: ChatFormProps) {
  const task = useTask();
  const about = useId();
  const waitS = useCountdown(composing);
  const { rules } = room.chat;
  const staff = isStaff(room.you.value);
  const paceS = isStaff(room.you.value) ? 0 : rules.value.slow_s;
  useSignalEffect(() => composing.pauseAtMost(isStaff(room.you.value) ? 0 : rules.value.slow_s * 1000, Date.now()));
  if (rules.value.who === "staff" && !staff) return <p class={layout.muted}>{text.chat.closed}</p>;
  if (rules.value.who === "followers" && !staff && following?.state.value?.you?.following === false)
    return (
      <div class={layout.row}>
        <span class={layout.muted}>{text.chat.followersOnly(rules.value.followed_minutes)}</span>
        {follow}
      </div>
    );
  const fault = task.error.value?.code === "slow_mode" ? null : task.error.value;
  const draft = composing.draft.value;
  const length = lengthOf(draft.text);
  const send = async () => {
    if (length.used === 0 || length.over || waitS > 0) return;
    const sent = await task.run(() => room.say(draft.text.trim(), draft.key, draft.replyTo?.id));
    if (sent) composing.sent(draft, staff ? 0 : rules.value.slow_s * 1000, Date.now());
    else if (task.error.value) composing.refused(task.error.value, Date.now());
  };
  return (
    <>
      {fault && (
        <div id={about}>
          <ErrorNote error={fault} />
        </div>
      )}
      {draft.replyTo && <Answering composing={composing} name={draft.replyTo.author.display_name} />}
      <form
        class={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <input
          aria-label={text.chat.message}
          aria-invalid={length.over || fault !== null}
          aria-describedby={about}
          placeholder={paceS > 0 ? text.chat.paced(paceS) : text.chat.placeholder}
          autocomplete="off"
          enterkeyhint="send"
          maxLength={LONGEST}
          value={draft.text}
          onInput={({ currentTarget }) => {
            task.error.value = null;
            composing.write(currentTarget.value);
          }}
        />
        <Button type="submit" look="primary" busy={task.busy.value} disabled={length.over || waitS > 0}>
          {text.chat.send}
        </Button>
      </form>
      {length.tight && (
        <p id={fault ? undefined : about} class={length.over ? styles.over : styles.aside}>
          {text.chat.length(length.used, TEXT_MAX)}
        </p>
      )}
      {waitS > 0 && <p class={styles.aside}>{text.chat.slow(waitS)}</p>}
    </>
  );
}

function Answering({ composing, name }: { readonly composing: Composing; readonly name: string }) {
  return (
    <div class={layout.between}>
      <span class={styles.aside}>{text.chat.answering(name)}</span>
      <Button small look="quiet" aria-label={text.chat.stopAnswering} onClick={() => composing.answer(null)}>
        <Icon of={cross} />
      </Button>
    </div>
  );
}

/** The seconds that are left, told again while they run. */
function useCountdown(composing: Composing): number {
  const left = useSignal(0);
  useSignalEffect(() => {
    const ready = composing.readyAtMs.value;
    const look = () => {
      left.value = composing.waitS(Date.now());
    };
    look();
    if (ready <= Date.now()) return;
    const timer = setInterval(look, TICK_MS);
    return () => clearInterval(timer);
  });
  return left.value;
}
