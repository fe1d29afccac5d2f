// Why another moderator is to judge the topic.
import type { ApiError } from "../core/errors.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { TextArea } from "../ui/Field.tsx";
import { Form, FormEnd } from "../ui/Form.tsx";
import { entry, sendByKey } from "../ui/form.ts";
import { work } from "../ui/workStrings.ts";

interface PleaDialogProps {
  readonly busy: boolean;
  readonly error: ApiError | null;
  readonly onAsk: (reason: string) => void;
  readonly onClose: () => void;
}

export function PleaDialog({ busy, error, onAsk, onClose }: PleaDialogProps) {
  return (
    <Dialog title={work.desk.secondOpinion} onClose={onClose}>
      <Form
        error={error}
        onSend={(data) => {
          onAsk(entry(data, "reason"));
        }}
        onKeyDown={sendByKey}
      >
        <TextArea label={work.desk.question} name="reason" required maxLength={1000} hint={work.desk.questionHint} />
        <FormEnd action={work.desk.leaveToAnother} busy={busy} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
