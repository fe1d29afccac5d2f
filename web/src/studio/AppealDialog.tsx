// The creator's words against a rejection, for another moderator.
import type { Topic } from "../core/rest.ts";
import type { Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { TextArea } from "../ui/Field.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { text } from "../ui/strings.ts";
import { work } from "../ui/workStrings.ts";

interface AppealDialogProps {
  readonly topic: Topic;
  readonly studio: Studio;
  readonly onClose: () => void;
}

export function AppealDialog({ topic, studio, onClose }: AppealDialogProps) {
  const task = useTask();
  const send = async (form: HTMLFormElement) => {
    if (await task.run(() => studio.appeal(topic, entry(new FormData(form), "reason")))) onClose();
  };
  return (
    <Dialog title={work.topic.appealTitle} onClose={onClose}>
      <form
        class={layout.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void send(event.currentTarget);
        }}
      >
        <TextArea
          label={work.topic.appealReason}
          name="reason"
          required
          maxLength={1000}
          hint={work.topic.appealHint}
        />
        <ErrorNote error={task.error.value} />
        <div class={layout.actions}>
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button type="submit" look="primary" busy={task.busy.value}>
            {work.topic.appeal}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
