// Why a host is warned, or a show stopped: a ground from the list, and words that the host reads.
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { deskText } from "../ui/deskStrings.ts";
import { SelectField, TextArea } from "../ui/Field.tsx";
import { entry, sendByKey, type Task } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { text } from "../ui/strings.ts";

const words = deskText.wall;

interface GroundDialogProps {
  readonly what: "warn" | "stop";
  readonly show: string;
  readonly task: Task;
  readonly onAct: (ground: { code: string; text: string }) => void;
  readonly onClose: () => void;
}

export function GroundDialog({ what, show, task, onAct, onClose }: GroundDialogProps) {
  const warning = what === "warn";
  return (
    <Dialog title={warning ? words.warnTitle : words.stopTitle} onClose={onClose}>
      <form
        class={layout.stack}
        onKeyDown={sendByKey}
        onSubmit={(event) => {
          event.preventDefault();
          const data = new FormData(event.currentTarget);
          onAct({ code: entry(data, "code"), text: entry(data, "text") });
        }}
      >
        <p dir="auto">
          <strong>{show}</strong>
        </p>
        <SelectField label={words.ground} name="code" options={Object.entries(words.grounds)} />
        <TextArea
          label={warning ? words.warnText : words.stopReason}
          hint={warning ? words.warnHint : words.stopHint}
          name="text"
          required
          maxLength={1000}
        />
        <ErrorNote error={task.error.value} />
        <div class={layout.actions}>
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button type="submit" look={warning ? "primary" : "danger"} busy={task.busy.value}>
            {warning ? words.warn : words.stop}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
