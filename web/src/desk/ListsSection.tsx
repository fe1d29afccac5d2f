// The word lists that hold in all shows. A list is edited as a text; lines at fault are named before anything is saved.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { SharedWordList } from "../core/rest.ts";
import { ofAllShows } from "../state/wordList.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { deskText } from "../ui/deskStrings.ts";
import { TextField } from "../ui/Field.tsx";
import { Form, FormEnd } from "../ui/Form.tsx";
import { wrong } from "../ui/faults.ts";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { formatTime } from "../ui/strings.ts";
import { WordListEditor } from "../ui/WordListEditor.tsx";
import { useDesk } from "./context.ts";
import { useKeys } from "./keys.ts";

const words = deskText.lists;
const NAME = "[a-z0-9]([a-z0-9\\-]{0,38}[a-z0-9])?";

export function ListsSection() {
  const { http, place } = useDesk();
  const lists = useSignal<readonly SharedWordList[] | null>(null);
  const naming = useSignal(false);
  const fresh = useSignal<string | null>(null);
  const task = useTask();
  const refresh = () =>
    task.run(async () => {
      lists.value = (await http.get<{ word_lists: SharedWordList[] }>("moderation/word-lists")).word_lists;
    });
  useEffect(() => void refresh(), []);
  useKeys(deskText.sections.lists, [{ press: "n", meaning: words.new, run: () => (naming.value = true) }]);
  const { what } = place.now.value;
  const known = lists.value;
  const open = known !== null && (known.some((list) => list.name === what) || what === fresh.value) ? what : "";
  return (
    <section class={layout.card} aria-label={deskText.sections.lists} aria-busy={task.busy.value}>
      <div class={layout.row}>
        <Button look="primary" onClick={() => (naming.value = true)}>
          {words.new}
        </Button>
      </div>
      <ErrorNote error={task.error.value} />
      {known?.length === 0 && (
        <div class={layout.empty}>
          <p>{words.none}</p>
          <p>{words.noneHint}</p>
        </div>
      )}
      <ul class={layout.list}>
        {known?.map((list) => (
          <li key={list.name} class={layout.between}>
            <div>
              <h2>{list.name}</h2>
              <p class={`${layout.muted} ${layout.small}`}>
                {words.entries(list.entries)}
                {list.changed_at !== null && ` · ${words.changed(list.version, formatTime(list.changed_at))}`}
              </p>
            </div>
            <Button small onClick={() => place.go("lists", list.name)} aria-label={`${words.edit}: ${list.name}`}>
              {words.edit}
            </Button>
          </li>
        ))}
      </ul>
      {naming.value && (
        <NameDialog
          taken={known?.map((list) => list.name) ?? []}
          onName={(name) => {
            naming.value = false;
            fresh.value = name;
            place.go("lists", name);
          }}
          onClose={() => (naming.value = false)}
        />
      )}
      {open !== "" && (
        <WordListEditor
          key={open}
          path={ofAllShows(open)}
          fresh={!known?.some((list) => list.name === open)}
          title={words.title(open)}
          onClose={() => {
            fresh.value = null;
            place.note("");
            void refresh();
          }}
        />
      )}
    </section>
  );
}

interface NameDialogProps {
  readonly taken: readonly string[];
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}

function NameDialog({ taken, onName, onClose }: NameDialogProps) {
  const task = useTask();
  const name = (data: FormData) =>
    task.run(async () => {
      const chosen = entry(data, "name");
      if (taken.includes(chosen)) throw wrong({ name: words.exists });
      onName(chosen);
    });
  return (
    <Dialog title={words.new} onClose={onClose}>
      <Form error={task.error.value} onSend={name}>
        <TextField
          label={words.name}
          hint={words.nameHint}
          name="name"
          required
          pattern={NAME}
          autocapitalize="off"
          autocomplete="off"
          spellcheck={false}
        />
        <FormEnd action={words.create} busy={task.busy.value} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
