// Why a topic is rejected or sent back: a ground from the list and words for the creator.
import type { Decision } from "../state/queue.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField, TextArea } from "../ui/Field.tsx";
import { entry, sendByKey } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { text } from "../ui/strings.ts";
import { work } from "../ui/workStrings.ts";

interface DecisionDialogProps {
  readonly decision: "reject" | "request-changes";
  readonly busy: boolean;
  readonly onDecide: (decision: Decision, ground: { code: string; reason: string }) => void;
  readonly onClose: () => void;
}

export function DecisionDialog({ decision, busy, onDecide, onClose }: DecisionDialogProps) {
  const rejecting = decision === "reject";
  return (
    <Dialog title={rejecting ? work.desk.rejectTitle : work.desk.changesTitle} onClose={onClose}>
      <form
        class={layout.stack}
        onKeyDown={sendByKey}
        onSubmit={(event) => {
          event.preventDefault();
          const data = new FormData(event.currentTarget);
          onDecide(decision, { code: entry(data, "code"), reason: entry(data, "reason") });
        }}
      >
        <SelectField
          label={work.desk.reasonCode}
          name="code"
          value={rejecting ? "off_topic" : "unclear"}
          options={Object.entries(work.topic.reasons)}
        />
        <TextArea label={work.desk.reason} name="reason" required maxLength={1000} hint={work.desk.reasonHint} />
        <div class={layout.actions}>
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button type="submit" look="primary" busy={busy}>
            {rejecting ? work.desk.reject : work.desk.requestChanges}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
