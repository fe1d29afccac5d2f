// Who looks after a show puts two hosts apart. Loaded with the staff's tools.
import { useSignal } from "@preact/signals";
import type { Duel } from "../core/protocol.ts";
import type { Room } from "../state/room.ts";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Confirm.tsx";
import { duelErrorText, duelText } from "../ui/duelStrings.ts";
import { useTask } from "../ui/form.ts";
import { Note } from "../ui/Note.tsx";

const words = duelText.desk;

export function DuelEnd({ room, duel }: { readonly room: Room; readonly duel: Duel }) {
  const task = useTask();
  const sure = useSignal(false);
  const error = task.error.value;
  const end = async () => {
    if (await task.run(async () => void (await room.request("duel.end", { duel: duel.id })))) sure.value = false;
  };
  return (
    <>
      <Button onClick={() => (sure.value = true)}>{words.end}</Button>
      {sure.value && (
        <Confirm
          title={words.end}
          body={words.endBody}
          action={words.end}
          busy={task.busy.value}
          onConfirm={() => void end()}
          onClose={() => (sure.value = false)}
        >
          {error && <Note tone="bad">{duelErrorText(error)}</Note>}
        </Confirm>
      )}
    </>
  );
}
