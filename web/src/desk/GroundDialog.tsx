// Why a host is warned, or a show stopped: a ground from the list, and words that the host reads.
import { Dialog } from "../ui/Dialog.tsx";
import { deskText } from "../ui/deskStrings.ts";
import { SelectField, TextArea } from "../ui/Field.tsx";
import { Form, FormEnd } from "../ui/Form.tsx";
import { entry, sendByKey, type Task } from "../ui/form.ts";

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
      <Form
        error={task.error.value}
        onSend={(data) => {
          onAct({ code: entry(data, "code"), text: entry(data, "text") });
        }}
        onKeyDown={sendByKey}
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
        <FormEnd
          action={warning ? words.warn : words.stop}
          look={warning ? "primary" : "danger"}
          busy={task.busy.value}
          onCancel={onClose}
        />
      </Form>
    </Dialog>
  );
}
