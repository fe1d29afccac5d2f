// A word list as a text to edit: checked before it is saved, with every line at fault named. A long one is a file that is
// downloaded, edited elsewhere and given back: no text field stays quick with a hundred thousand lines.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Http } from "../core/http.ts";
import { BYTES_MAX, linesIn, linesMax, TYPED_MAX, WordList, type WordListText } from "../state/wordList.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { TextArea, TextField } from "./Field.tsx";
import { Form } from "./Form.tsx";
import { entry, type Task, useTask } from "./form.ts";
import { heldText } from "./heldStrings.ts";
import layout from "./layout.module.css";
import { ErrorNote, Note } from "./Note.tsx";
import { text } from "./strings.ts";

interface EditorProps {
  /** Where it is: see state/wordList.ts. */
  readonly path: string;
  /** One that is not there yet begins empty. */
  readonly fresh?: boolean;
  readonly title?: string;
  readonly onClose: () => void;
}

const EMPTY: WordListText = { version: 0, entries: 0, text: "" };

export function WordListEditor({ path, fresh = false, title = heldText.edit, onClose }: EditorProps) {
  const list = useMemo(() => new WordList(new Http(), path), []);
  const seen = useSignal<WordListText | null>(null);
  /** What is edited as a whole, and not in the field. */
  const whole = useSignal<string | null>(null);
  const short = useSignal("");
  const fine = useSignal<number | null>(null);
  const task = useTask();
  const take = (given: string) => {
    fine.value = null;
    task.error.value = null;
    whole.value = linesIn(given) > TYPED_MAX ? given : null;
    short.value = whole.value === null ? given : "";
  };
  useEffect(
    () =>
      void task.run(async () => {
        const read = fresh ? EMPTY : await list.read();
        take(read.text);
        seen.value = read;
      }),
    [],
  );
  const wordsIn = (data: FormData) => whole.value ?? entry(data, "words");
  const check = (form: HTMLFormElement | null) =>
    form &&
    task.run(async () => {
      fine.value = null;
      fine.value = await list.check(wordsIn(new FormData(form)));
    });
  const save = async (data: FormData) => {
    const before = seen.value;
    fine.value = null;
    if (before && (await task.run(async () => void (await list.save(wordsIn(data), before))))) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <Form error={null} onSend={save}>
        {seen.value && <Words path={path} task={task} whole={whole} short={short} onTake={take} />}
        <Faults task={task} path={path} />
        {fine.value !== null && <Note tone="good">{heldText.fine(fine.value)}</Note>}
        <div class={layout.row}>
          <Button busy={task.busy.value} onClick={({ currentTarget }) => check(currentTarget.form)}>
            {heldText.check}
          </Button>
          <Button type="submit" look="primary" busy={task.busy.value} disabled={seen.value === null}>
            {text.save}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

interface WordsProps {
  readonly path: string;
  readonly task: Task;
  readonly whole: Signal<string | null>;
  readonly short: Signal<string>;
  readonly onTake: (given: string) => void;
}

function Words({ path, task, whole, short, onTake }: WordsProps) {
  const refused = useSignal("");
  const most = linesMax(path);
  const read = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (!file) return;
    refused.value = file.size > BYTES_MAX ? heldText.tooBig(BYTES_MAX / 1024 / 1024) : "";
    // Nothing is checked or saved meanwhile.
    if (refused.value === "") await task.run(async () => onTake(await file.text()));
    // The same file, edited meanwhile, can be chosen again.
    input.value = "";
  };
  return (
    <>
      {whole.value === null ? (
        <TextArea
          key={short.value}
          label={heldText.lines}
          hint={heldText.hint}
          name="words"
          rows={12}
          defaultValue={short.value}
          onPaste={(event) => {
            const pasted = event.clipboardData?.getData("text/plain") ?? "";
            if (linesIn(pasted) <= TYPED_MAX) return;
            event.preventDefault();
            onTake(pasted);
          }}
        />
      ) : (
        <Note>
          <p>{heldText.long(linesIn(whole.value))}</p>
          <p>{heldText.longHint}</p>
          <div class={layout.row}>
            <Button small onClick={() => download(whole.value ?? "")}>
              {heldText.download}
            </Button>
            <Button small onClick={() => onTake("")}>
              {heldText.anew}
            </Button>
          </div>
        </Note>
      )}
      <TextField
        label={heldText.file}
        hint={heldText.limit(most)}
        type="file"
        accept=".txt,text/plain"
        onChange={({ currentTarget }) => void read(currentTarget)}
      />
      {refused.value !== "" && (
        <div role="alert">
          <Note tone="bad">{refused.value}</Note>
        </div>
      )}
    </>
  );
}

function download(words: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([words], { type: "text/plain" }));
  link.download = "words.txt";
  link.click();
  URL.revokeObjectURL(link.href);
}

function Faults({ task, path }: { readonly task: Task; readonly path: string }) {
  const error = task.error.value;
  if (error === null) return null;
  const told = { list_changed: heldText.changed, too_large: heldText.tooLong(linesMax(path)) }[error.code];
  if (told !== undefined)
    return (
      <Note tone="bad">
        <p role="alert">{told}</p>
      </Note>
    );
  if (error.code !== "invalid_list") return <ErrorNote error={error} />;
  const faults = Object.entries(error.fields);
  // The server says how many lines are at fault and names the first of them.
  const all = Number.parseInt(error.detail, 10) || faults.length;
  return (
    <Note tone="bad">
      <div role="alert">
        <p>{heldText.faults(all, faults.length)}</p>
        <ul>
          {faults.map(([line, fault]) => (
            <li key={line}>{heldText.fault(line, fault)}</li>
          ))}
        </ul>
      </div>
    </Note>
  );
}
