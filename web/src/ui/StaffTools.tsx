// What a show's staff does to whoever wrote a line: mute, ban from the show, and see what else he wrote.
import { useSignal } from "@preact/signals";
import type { ChatMessage } from "../core/protocol.ts";
import { may } from "../state/chat.ts";
import type { Room } from "../state/room.ts";
import { Button } from "./Button.tsx";
import { SelectField } from "./Field.tsx";
import type { Task } from "./form.ts";
import layout from "./layout.module.css";
import { modText } from "./modStrings.ts";

interface StaffToolsProps {
  readonly line: ChatMessage;
  readonly room: Room;
  readonly task: Task;
  readonly onDone: () => void;
}

export function StaffTools({ line, room, task, onDone }: StaffToolsProps) {
  const reason = useSignal<string>(modText.reasons.insults);
  const sure = useSignal(false);
  const you = room.you.value;
  const { author } = line;
  const run = async (action: () => Promise<unknown>) => {
    if (await task.run(async () => void (await action()))) onDone();
  };
  const person = author.id;
  const mute = (minutes: { minutes?: number }) =>
    run(() => room.request("mod.mute", { person, reason: reason.value, ...minutes }));
  return (
    <section class={layout.tight} aria-label={modText.of(author.display_name)}>
      <SelectField
        label={modText.because}
        value={reason.value}
        options={Object.values(modText.reasons).map((each) => [each, each] as const)}
        onPick={(picked) => (reason.value = picked)}
      />
      {may(you, "mute") && (
        <div class={layout.row}>
          <Button small busy={task.busy.value} onClick={() => mute({ minutes: 10 })}>
            {modText.mute10}
          </Button>
          <Button small busy={task.busy.value} onClick={() => mute({ minutes: 60 })}>
            {modText.mute60}
          </Button>
          <Button small busy={task.busy.value} onClick={() => mute({})}>
            {modText.muteShow}
          </Button>
          <Button
            small
            look="quiet"
            busy={task.busy.value}
            onClick={() => run(() => room.request("mod.unmute", { person }))}
          >
            {modText.unmute}
          </Button>
        </div>
      )}
      {may(you, "ban") && (
        <div class={layout.row}>
          <Button
            small
            look="danger"
            busy={task.busy.value}
            onClick={() => {
              if (sure.value) void run(() => room.request("mod.ban", { person, reason: reason.value }));
              else sure.value = true;
            }}
          >
            {sure.value ? modText.banSure : modText.ban}
          </Button>
        </div>
      )}
      <OtherLines line={line} room={room} />
    </section>
  );
}

/** Of those that this page has. */
function OtherLines({ line, room }: { readonly line: ChatMessage; readonly room: Room }) {
  const others = room.chat.lines.value.filter(({ id, author }) => author.id === line.author.id && id !== line.id);
  if (others.length === 0) return null;
  return (
    <details>
      <summary>
        {modText.lines(line.author.display_name)} ({others.length})
      </summary>
      <ul class={layout.list}>
        {others.map(({ id, text }) => (
          <li key={id} dir="auto">
            {text}
          </li>
        ))}
      </ul>
    </details>
  );
}
