// What one may do with a line of the chat: answer, delete, pin, report; staff also moderates its author. Shown under the
// line that was chosen.
import { useSignal } from "@preact/signals";
import type { ChatMessage } from "../core/protocol.ts";
import { may, mayDelete } from "../state/chat.ts";
import type { Composing } from "../state/composing.ts";
import type { Room } from "../state/room.ts";
import { Button } from "./Button.tsx";
import { useTask } from "./form.ts";
import layout from "./layout.module.css";
import { modText } from "./modStrings.ts";
import { ErrorNote } from "./Note.tsx";
import { ReportDialog } from "./ReportDialog.tsx";
import { report } from "./reportStrings.ts";
import { StaffTools } from "./StaffTools.tsx";
import { text } from "./strings.ts";

interface ChatActionsProps {
  readonly line: ChatMessage;
  readonly room: Room;
  readonly composing: Composing;
  readonly onDone: () => void;
}

export function ChatActions({ line, room, composing, onDone }: ChatActionsProps) {
  const task = useTask();
  const reporting = useSignal(false);
  const you = room.you.value;
  const moderating = useSignal(false);
  const silences = line.author.id !== you?.user?.id && (may(you, "mute") || may(you, "ban"));
  const pinned = room.chat.pinned.value.message?.id === line.id;
  const run = async (action: () => Promise<void>) => {
    if (await task.run(action)) onDone();
  };
  return (
    <>
      <div class={layout.row}>
        <Button
          small
          onClick={() => {
            composing.answer(line);
            onDone();
          }}
        >
          {text.chat.reply}
        </Button>
        {may(you, "pin") && (
          <Button small busy={task.busy.value} onClick={() => run(() => room.pin(pinned ? null : line.id))}>
            {pinned ? text.chat.unpin : text.chat.pin}
          </Button>
        )}
        {mayDelete(line, you, room.offers.serverNow()) && (
          <Button small look="danger" busy={task.busy.value} onClick={() => run(() => room.deleteLine(line.id))}>
            {text.chat.remove}
          </Button>
        )}
        {silences && (
          <Button small aria-expanded={moderating.value} onClick={() => (moderating.value = !moderating.value)}>
            {modText.more}
          </Button>
        )}
        {you?.user?.id !== line.author.id && (
          <Button small onClick={() => (reporting.value = true)}>
            {report.line}
          </Button>
        )}
      </div>
      {silences && moderating.value && <StaffTools line={line} room={room} task={task} onDone={onDone} />}
      {reporting.value && (
        <ReportDialog
          target={{ show: room.show.value.id, message: line.id }}
          quote={line.text}
          onClose={() => {
            reporting.value = false;
            onDone();
          }}
        />
      )}
      <ErrorNote error={task.error.value} />
    </>
  );
}
