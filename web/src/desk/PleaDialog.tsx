// Why another moderator is to judge the topic.
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { TextArea } from "../ui/Field.tsx";
import { entry, sendByKey } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { text } from "../ui/strings.ts";
import { work } from "../ui/workStrings.ts";

interface PleaDialogProps {
  readonly busy: boolean;
  readonly onAsk: (reason: string) => void;
  readonly onClose: () => void;
}

export function PleaDialog({ busy, onAsk, onClose }: PleaDialogProps) {
  return (
    <Dialog title={work.desk.secondOpinion} onClose={onClose}>
      <form
        class={layout.stack}
        onKeyDown={sendByKey}
        onSubmit={(event) => {
          event.preventDefault();
          onAsk(entry(new FormData(event.currentTarget), "reason"));
        }}
      >
        <TextArea label={work.desk.question} name="reason" required maxLength={1000} hint={work.desk.questionHint} />
        <div class={layout.actions}>
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button type="submit" look="primary" busy={busy}>
            {work.desk.leaveToAnother}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
