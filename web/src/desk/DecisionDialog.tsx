// Why a topic is rejected or sent back: a ground from the list and words for the creator.
import type { Decision } from "../state/queue.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField, TextArea } from "../ui/Field.tsx";
import { entry } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { text } from "../ui/strings.ts";

interface DecisionDialogProps {
  readonly decision: "reject" | "request-changes";
  readonly busy: boolean;
  readonly onDecide: (decision: Decision, ground: { code: string; reason: string }) => void;
  readonly onClose: () => void;
}

export function DecisionDialog({ decision, busy, onDecide, onClose }: DecisionDialogProps) {
  const rejecting = decision === "reject";
  return (
    <Dialog title={rejecting ? text.desk.rejectTitle : text.desk.changesTitle} onClose={onClose}>
      <form
        class={layout.stack}
        onSubmit={(event) => {
          event.preventDefault();
          const data = new FormData(event.currentTarget);
          onDecide(decision, { code: entry(data, "code"), reason: entry(data, "reason") });
        }}
      >
        <SelectField
          label={text.desk.reasonCode}
          name="code"
          value={rejecting ? "off_topic" : "unclear"}
          options={Object.entries(text.topic.reasons)}
        />
        <TextArea label={text.desk.reason} name="reason" required maxLength={1000} hint={text.desk.reasonHint} />
        <div class={layout.actions}>
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button type="submit" look="primary" busy={busy}>
            {rejecting ? text.desk.reject : text.desk.requestChanges}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
