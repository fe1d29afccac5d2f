// What the filter holds back: one key releases or refuses the line that has the focus.
import { untracked, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Http } from "../core/http.ts";
import { may } from "../state/chat.ts";
import { type HeldLine, HeldQueue, type Verdict } from "../state/held.ts";
import type { Room } from "../state/room.ts";
import { ofShow } from "../state/wordList.ts";
import { Button } from "./Button.tsx";
import { type Task, useTask } from "./form.ts";
import styles from "./HeldMessages.module.css";
import { heldText } from "./heldStrings.ts";
import layout from "./layout.module.css";
import { ErrorNote } from "./Note.tsx";
import { WordListEditor } from "./WordListEditor.tsx";

const VERDICTS: Record<string, Verdict> = { r: "release", x: "refuse" };
const STEPS: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

export function HeldMessages({ room }: { readonly room: Room }) {
  const show = room.show.value.id;
  const queue = useSignal(new HeldQueue(new Http(), show)).value;
  const editing = useSignal(false);
  const task = useTask();
  useEffect(() => {
    const hear: typeof queue.take = (event) => queue.take(event);
    room.staff.add(hear);
    return () => void room.staff.delete(hear);
  }, []);
  // Coming back: what was told meanwhile is nowhere but in the list. The task's own signals are none to run again for.
  useSignalEffect(() => {
    if (room.status.value === "joined") void untracked(() => task.run(() => queue.refresh()));
  });
  return (
    <section class={layout.card} aria-label={heldText.title}>
      <div class={layout.between}>
        <h2>{heldText.title}</h2>
        {may(room.you.value, "words") && (
          <Button small onClick={() => (editing.value = true)}>
            {heldText.edit}
          </Button>
        )}
      </div>
      <Waiting queue={queue} task={task} show={show} />
      <ErrorNote error={task.error.value} />
      {editing.value && <WordListEditor path={ofShow(show)} onClose={() => (editing.value = false)} />}
    </section>
  );
}

interface WaitingProps {
  readonly queue: HeldQueue;
  readonly task: Task;
  readonly show: string;
}

function Waiting({ queue, task, show }: WaitingProps) {
  const list = useRef<HTMLUListElement>(null);
  const lines = queue.waiting.value;
  const focus = (place: number) => {
    const items = list.current?.children;
    const item = items?.[Math.max(0, Math.min(place, items.length - 1))];
    if (item instanceof HTMLElement) item.focus();
  };
  const decide = async (place: number, verdict: Verdict) => {
    const id = lines[place]?.message.id;
    if (id === undefined) return;
    await task.run(() => queue.decide(id, verdict));
    // The next line has moved to this place.
    requestAnimationFrame(() => focus(place));
  };
  const onKey = (event: KeyboardEvent, place: number) => {
    const verdict = VERDICTS[event.key];
    const step = STEPS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (verdict === undefined && step === undefined)) return;
    event.preventDefault();
    if (verdict !== undefined) void decide(place, verdict);
    else focus(place + (step ?? 0));
  };
  if (lines.length === 0) return <p class={layout.muted}>{heldText.none}</p>;
  return (
    <>
      <p class={layout.muted} role="status">
        {heldText.waiting(lines.length, queue.more.value)}. {heldText.keys}
      </p>
      <ul ref={list} class={styles.list}>
        {lines.map((line, place) => (
          <li
            key={line.message.id}
            class={styles.line}
            aria-label={heldText.from(line.message.author.display_name)}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: each line takes one-key commands.
            tabIndex={0}
            onKeyDown={(event) => onKey(event, place)}
          >
            <Line line={line} show={show} />
            <div class={layout.row}>
              <Button small busy={task.busy.value} onClick={() => decide(place, "release")}>
                {heldText.release}
              </Button>
              <Button small look="danger" busy={task.busy.value} onClick={() => decide(place, "refuse")}>
                {heldText.refuse}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function Line({ line, show }: { readonly line: HeldLine; readonly show: string }) {
  const { message, entry, list } = line;
  return (
    <div>
      <p>
        <strong>{message.author.display_name}</strong> <span dir="auto">{message.text}</span>
      </p>
      <p class={layout.muted}>{heldText.because(entry, list === `show:${show}`)}</p>
    </div>
  );
}
