// The show's word list as a text to edit: checked before it is saved, with every line at fault named.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Http } from "../core/http.ts";
import { WordList, type WordListText } from "../state/wordList.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { TextArea } from "./Field.tsx";
import { entry, type Task, useTask } from "./form.ts";
import { heldText } from "./heldStrings.ts";
import layout from "./layout.module.css";
import { ErrorNote, Note } from "./Note.tsx";
import { text } from "./strings.ts";

interface EditorProps {
  readonly show: string;
  readonly onClose: () => void;
}

export function WordListEditor({ show, onClose }: EditorProps) {
  const list = useSignal(new WordList(new Http(), show)).value;
  const seen = useSignal<WordListText | null>(null);
  const fine = useSignal<number | null>(null);
  const task = useTask();
  useEffect(
    () =>
      void task.run(async () => {
        seen.value = await list.read();
      }),
    [],
  );
  const check = (form: HTMLFormElement | null) =>
    form &&
    task.run(async () => {
      fine.value = null;
      fine.value = await list.check(entry(new FormData(form), "words"));
    });
  const save = async (form: HTMLFormElement) => {
    const before = seen.value;
    fine.value = null;
    if (before && (await task.run(async () => void (await list.save(entry(new FormData(form), "words"), before)))))
      onClose();
  };
  return (
    <Dialog title={heldText.edit} onClose={onClose}>
      <form
        class={layout.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void save(event.currentTarget);
        }}
      >
        {seen.value && (
          <TextArea label={heldText.lines} hint={heldText.hint} name="words" rows={12} defaultValue={seen.value.text} />
        )}
        <Faults task={task} />
        {fine.value !== null && <Note tone="good">{heldText.fine(fine.value)}</Note>}
        <div class={layout.row}>
          <Button busy={task.busy.value} onClick={({ currentTarget }) => check(currentTarget.form)}>
            {heldText.check}
          </Button>
          <Button type="submit" look="primary" busy={task.busy.value} disabled={seen.value === null}>
            {text.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Faults({ task }: { readonly task: Task }) {
  const error = task.error.value;
  if (error?.code === "list_changed")
    return (
      <Note tone="bad">
        <p role="alert">{heldText.changed}</p>
      </Note>
    );
  if (error?.code !== "invalid_list") return <ErrorNote error={error} />;
  return (
    <Note tone="bad">
      <ul role="alert">
        {Object.entries(error.fields).map(([line, fault]) => (
          <li key={line}>{heldText.fault(line, fault)}</li>
        ))}
      </ul>
    </Note>
  );
}
