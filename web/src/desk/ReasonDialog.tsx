// A decision that needs its reason and nothing else.
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { eligibility } from "../ui/eligibilityStrings.ts";
import { TextArea } from "../ui/Field.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { text } from "../ui/strings.ts";

interface ReasonDialogProps {
  readonly title: string;
  readonly about?: string;
  readonly action: string;
  /** Closes when it went well. */
  readonly onSend: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}

export function ReasonDialog({ title, about, action, onSend, onClose }: ReasonDialogProps) {
  const task = useTask();
  const send = async (form: HTMLFormElement) => {
    if (await task.run(() => onSend(entry(new FormData(form), "reason")))) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class={layout.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void send(event.currentTarget);
        }}
      >
        {about && <p>{about}</p>}
        <TextArea
          label={eligibility.desk.reason}
          name="reason"
          required
          maxLength={500}
          hint={eligibility.desk.reasonHint}
        />
        <ErrorNote error={task.error.value} />
        <div class={layout.actions}>
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button type="submit" look="primary" busy={task.busy.value}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
