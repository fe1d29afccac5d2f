// Writing into the chat. The text stays in the field until the server has it; the same text keeps its key.
import { useSignal } from "@preact/signals";
import { newKey } from "../core/http.ts";
import type { Room } from "../state/room.ts";
import { Button } from "./Button.tsx";
import styles from "./ChatLog.module.css";
import { useTask } from "./form.ts";
import { ErrorNote } from "./Note.tsx";
import { text } from "./strings.ts";

/** Room for 200 characters as people count them; the server does the counting. */
const LONGEST = 800;

interface ChatFormProps {
  readonly room: Room;
  readonly signedIn: boolean;
  readonly onSignIn: () => void;
}

export function ChatForm({ room, signedIn, onSignIn }: ChatFormProps) {
  const task = useTask();
  const draft = useSignal({ text: "", key: newKey() });
  if (!signedIn) return <Button onClick={onSignIn}>{text.chat.signIn}</Button>;
  const send = async () => {
    const { text: line, key } = draft.value;
    if (line.trim() === "") return;
    const sent = await task.run(() => room.say(line.trim(), key));
    // What was typed meanwhile is the next line.
    if (sent && draft.value.key === key) draft.value = { text: "", key: newKey() };
  };
  return (
    <>
      <ErrorNote error={task.error.value} />
      <form
        class={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <input
          aria-label={text.chat.message}
          placeholder={text.chat.placeholder}
          autocomplete="off"
          enterkeyhint="send"
          maxLength={LONGEST}
          value={draft.value.text}
          onInput={({ currentTarget }) => {
            task.error.value = null;
            draft.value = { text: currentTarget.value, key: newKey() };
          }}
        />
        <Button type="submit" look="primary" busy={task.busy.value}>
          {text.chat.send}
        </Button>
      </form>
    </>
  );
}
