// A decision that needs its reason and nothing else.
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { eligibility } from "../ui/eligibilityStrings.ts";
import { TextArea } from "../ui/Field.tsx";
import { entry, sendByKey, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { text } from "../ui/strings.ts";

interface ReasonDialogProps {
  readonly title: string;
  readonly about?: string;
  readonly action: string;
  /** Words for refusals by their codes, where the usual ones say too little. */
  readonly refusals?: Readonly<Record<string, string>>;
  /** Closes when it went well. */
  readonly onSend: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}

export function ReasonDialog({ title, about, action, refusals, onSend, onClose }: ReasonDialogProps) {
  const task = useTask();
  const told = refusals?.[task.error.value?.code ?? ""];
  const send = async (form: HTMLFormElement) => {
    if (await task.run(() => onSend(entry(new FormData(form), "reason")))) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class={layout.stack}
        onKeyDown={sendByKey}
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
        {told === undefined ? (
          <ErrorNote error={task.error.value} />
        ) : (
          <div role="alert">
            <Note tone="bad">{told}</Note>
          </div>
        )}
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
