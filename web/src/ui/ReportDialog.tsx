// What is wrong with a show or a line of its chat: a kind from the server's list, and words for the staff.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Http } from "../core/http.ts";
import { Reporting, type ReportTarget } from "../state/reporting.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { SelectField, TextArea } from "./Field.tsx";
import { Form, FormEnd } from "./Form.tsx";
import { entry, useTask } from "./form.ts";
import layout from "./layout.module.css";
import { ErrorNote, Note } from "./Note.tsx";
import { report, wordsOf } from "./reportStrings.ts";
import { text } from "./strings.ts";

interface ReportDialogProps {
  readonly target: ReportTarget;
  /** The line that is reported, or the show's title. */
  readonly quote: string;
  readonly onClose: () => void;
}

export function ReportDialog({ target, quote, onClose }: ReportDialogProps) {
  const reporting = useSignal(new Reporting(new Http())).value;
  const chosen = useSignal("");
  const sent = useSignal(false);
  const task = useTask();
  useEffect(() => void reporting.load(), []);
  const categories = reporting.categories.value;
  const category = categories.find(({ key }) => key === chosen.value);
  const send = (words: string) =>
    task.run(async () => {
      if (!category) return;
      await reporting.send(target, category.key, words);
      sent.value = true;
    });
  return (
    <Dialog title={report.title} onClose={onClose}>
      {sent.value ? (
        <div class={layout.stack}>
          <div role="status">
            <Note tone="good">{report.sent}</Note>
          </div>
          <div class={layout.actions}>
            <Button look="primary" onClick={onClose}>
              {text.close}
            </Button>
          </div>
        </div>
      ) : (
        <Form
          error={task.error.value}
          onSend={(data) => {
            void send(entry(data, "text"));
          }}
        >
          <p class={`${layout.muted} ${layout.prose}`} dir="auto">
            {quote}
          </p>
          <SelectField
            label={report.category}
            name="category"
            value={chosen.value}
            required
            options={[["", report.choose], ...categories.map((each) => [each.key, wordsOf(each).name] as const)]}
            hint={category ? wordsOf(category).about : ""}
            onPick={(key) => (chosen.value = key)}
          />
          <TextArea
            label={report.text}
            name="text"
            maxLength={500}
            required={category?.key === "other"}
            hint={report.textHint}
          />
          <ErrorNote error={task.error.value ?? reporting.error.value} />
          <FormEnd action={report.send} busy={task.busy.value} onCancel={onClose} />
        </Form>
      )}
    </Dialog>
  );
}
