// Why a topic is rejected or sent back: a ground from the list and words for the creator.
import type { ApiError } from "../core/errors.ts";
import type { Decision } from "../state/queue.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField, TextArea } from "../ui/Field.tsx";
import { Form, FormEnd } from "../ui/Form.tsx";
import { entry, sendByKey } from "../ui/form.ts";
import { work } from "../ui/workStrings.ts";

interface DecisionDialogProps {
  readonly decision: "reject" | "request-changes";
  readonly busy: boolean;
  /** Why it was not taken; what was written is still there. */
  readonly error: ApiError | null;
  readonly onDecide: (decision: Decision, ground: { code: string; reason: string }) => void;
  readonly onClose: () => void;
}

export function DecisionDialog({ decision, busy, error, onDecide, onClose }: DecisionDialogProps) {
  const rejecting = decision === "reject";
  return (
    <Dialog title={rejecting ? work.desk.rejectTitle : work.desk.changesTitle} onClose={onClose}>
      <Form
        error={error}
        onSend={(data) => {
          onDecide(decision, { code: entry(data, "code"), reason: entry(data, "reason") });
        }}
        onKeyDown={sendByKey}
      >
        <SelectField
          label={work.desk.reasonCode}
          name="code"
          value={rejecting ? "off_topic" : "unclear"}
          options={Object.entries(work.topic.reasons)}
        />
        <TextArea label={work.desk.reason} name="reason" required maxLength={1000} hint={work.desk.reasonHint} />
        <FormEnd action={rejecting ? work.desk.reject : work.desk.requestChanges} busy={busy} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
