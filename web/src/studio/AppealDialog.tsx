// The creator's words against a rejection, for another moderator.
import type { Topic } from "../core/rest.ts";
import type { Studio } from "../state/studio.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { TextArea } from "../ui/Field.tsx";
import { Form, FormEnd } from "../ui/Form.tsx";
import { entry, useTask } from "../ui/form.ts";
import { work } from "../ui/workStrings.ts";

interface AppealDialogProps {
  readonly topic: Topic;
  readonly studio: Studio;
  readonly onClose: () => void;
}

export function AppealDialog({ topic, studio, onClose }: AppealDialogProps) {
  const task = useTask();
  const send = async (data: FormData) => {
    if (await task.run(() => studio.appeal(topic, entry(data, "reason")))) onClose();
  };
  return (
    <Dialog title={work.topic.appealTitle} onClose={onClose}>
      <Form error={task.error.value} onSend={send}>
        <TextArea
          label={work.topic.appealReason}
          name="reason"
          required
          maxLength={1000}
          hint={work.topic.appealHint}
        />
        <FormEnd action={work.topic.appeal} busy={task.busy.value} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
