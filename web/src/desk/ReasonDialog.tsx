// A decision that needs its reason and nothing else.
import { Dialog } from "../ui/Dialog.tsx";
import { eligibility } from "../ui/eligibilityStrings.ts";
import { TextArea } from "../ui/Field.tsx";
import { Form, FormEnd } from "../ui/Form.tsx";
import { entry, sendByKey, useTask } from "../ui/form.ts";
import { errorText } from "../ui/strings.ts";

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
  const send = async (data: FormData) => {
    if (await task.run(() => onSend(entry(data, "reason")))) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        error={task.error.value}
        onSend={send}
        told={(error) => refusals?.[error.code] ?? errorText(error)}
        onKeyDown={sendByKey}
      >
        {about && <p>{about}</p>}
        <TextArea
          label={eligibility.desk.reason}
          name="reason"
          required
          maxLength={500}
          hint={eligibility.desk.reasonHint}
        />
        <FormEnd action={action} busy={task.busy.value} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
