// Looking through what was said in a show, and taking many lines away at once.
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { ChatSearch } from "../state/chatSearch.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { deskText } from "../ui/deskStrings.ts";
import { SelectField, TextField } from "../ui/Field.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { formatTime, text } from "../ui/strings.ts";
import styles from "./ChatSection.module.css";
import { useDesk } from "./context.ts";
import { useKeys } from "./keys.ts";

const words = deskText.chat;

export function ChatSection() {
  const { http, place, toasts } = useDesk();
  const search = useMemo(() => new ChatSearch(http), []);
  const asking = useSignal(false);
  const task = useTask();
  const list = useRef<HTMLUListElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const show = place.now.value.what || (search.shows.value?.[0]?.id ?? "");
  const chosen = search.chosen.value;

  const look = (data: FormData) =>
    task.run(async () => {
      const asked = entry(data, "show");
      place.note(asked);
      await search.search(asked, entry(data, "words"), entry(data, "author"));
    });
  const remove = async () => {
    let gone = 0;
    const done = await task.run(async () => {
      gone = await search.remove(show);
    });
    asking.value = false;
    if (done) toasts.say(words.removed(gone), "good");
  };
  const step = (by: number) => {
    const boxes = [...(list.current?.querySelectorAll("input") ?? [])];
    const at = boxes.indexOf(document.activeElement as HTMLInputElement);
    boxes[Math.min(boxes.length - 1, Math.max(0, at + by))]?.focus();
  };
  const ask = () => {
    if (chosen.size > 0) asking.value = true;
  };

  useEffect(() => void search.readShows(), []);
  useKeys(deskText.sections.chat, [
    { press: "/", meaning: words.meanings.words, run: () => form.current?.querySelector("input")?.focus() },
    { press: "j", meaning: words.meanings.next, run: () => step(1) },
    { press: "k", meaning: words.meanings.previous, run: () => step(-1) },
    { press: "a", meaning: words.meanings.all, run: () => search.toggleAll() },
    { press: "d", meaning: words.meanings.remove, run: ask },
  ]);
  const lines = search.lines.value;
  return (
    <div class={layout.stack} aria-busy={task.busy.value}>
      {search.shows.value?.length === 0 ? (
        <p class={layout.empty}>{words.noShows}</p>
      ) : (
        <form
          ref={form}
          class={`${layout.card} ${styles.form}`}
          onSubmit={(event) => {
            event.preventDefault();
            void look(new FormData(event.currentTarget));
          }}
        >
          <SelectField
            label={words.show}
            name="show"
            value={show}
            options={(search.shows.value ?? []).map((each) => [
              each.id,
              `${each.title} · ${each.creator.display_name}`,
            ])}
          />
          <TextField label={words.words} name="words" maxLength={100} />
          <TextField label={words.author} name="author" maxLength={100} autocapitalize="off" spellcheck={false} />
          <Button type="submit" look="primary" busy={task.busy.value} disabled={show === "" || !search.shows.value}>
            {deskText.search}
          </Button>
        </form>
      )}
      <ErrorNote error={task.error.value ?? search.error.value} />
      {lines === null && <p class={layout.empty}>{words.choose}</p>}
      {lines?.length === 0 && <p class={layout.empty}>{words.none}</p>}
      {lines !== null && lines.length > 0 && (
        <section class={layout.card} aria-label={deskText.sections.chat}>
          <div class={`${layout.between} ${styles.bar}`}>
            <p role="status">{words.chosen(chosen.size)}</p>
            <div class={layout.row}>
              <Button small onClick={() => search.toggleAll()}>
                {chosen.size > 0 ? words.selectNone : words.selectAll}
              </Button>
              <Button small look="danger" disabled={chosen.size === 0} onClick={ask}>
                {words.remove}
              </Button>
            </div>
          </div>
          <ul ref={list} class={styles.lines}>
            {lines.map((line) => (
              <li key={line.id}>
                <label class={styles.line}>
                  <input type="checkbox" checked={chosen.has(line.id)} onChange={() => search.toggle(line.id)} />
                  <span>
                    <strong>{line.author.display_name}</strong>{" "}
                    <span class={`${layout.muted} ${layout.small}`}>
                      {line.author.handle} · {formatTime(new Date(line.at_ms).toISOString())}
                    </span>
                    <br />
                    <span dir="auto">{line.text}</span>
                  </span>
                </label>
              </li>
            ))}
          </ul>
          {search.next.value !== null && (
            <Button busy={task.busy.value} onClick={() => task.run(() => search.more())}>
              {deskText.more}
            </Button>
          )}
        </section>
      )}
      {asking.value && (
        <Dialog title={words.removeTitle(chosen.size)} onClose={() => (asking.value = false)}>
          <p>{words.removeBody}</p>
          <div class={layout.actions}>
            <Button onClick={() => (asking.value = false)}>{text.cancel}</Button>
            <Button look="danger" busy={task.busy.value} onClick={remove}>
              {words.remove}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
