// The host's desk beside the chat: its rules, and canned replies that one press says.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Links, Speakers } from "../core/protocol.ts";
import type { CannedReply } from "../core/rest.ts";
import type { CannedReplies } from "../state/canned.ts";
import type { Hosting } from "../state/hosting.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField, TextArea } from "../ui/Field.tsx";
import { Fold } from "../ui/Fold.tsx";
import { Form } from "../ui/Form.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { text } from "../ui/strings.ts";
import { work } from "../ui/workStrings.ts";

const SLOW_STEPS = [0, 5, 10, 30, 60, 300];
const FOLLOWED_STEPS = [0, 5, 10, 30, 60, 1_440];

interface ChatDeskProps {
  readonly hosting: Hosting;
  readonly canned: CannedReplies;
}

export function ChatDesk({ hosting, canned }: ChatDeskProps) {
  return (
    <>
      <Replies hosting={hosting} canned={canned} />
      <Rules hosting={hosting} />
    </>
  );
}

function Rules({ hosting }: { readonly hosting: Hosting }) {
  const task = useTask();
  const rules = hosting.room.chat.rules.value;
  return (
    <Fold title={work.chatDesk.rules}>
      <SelectField
        label={work.chatDesk.slow}
        options={choices(SLOW_STEPS, rules.slow_s, work.chatDesk.slowSteps)}
        value={String(rules.slow_s)}
        onPick={(value) => task.inTurn(() => hosting.changeChat({ slow_s: Number(value) }))}
      />
      <SelectField
        label={work.chatDesk.links}
        options={Object.entries(work.chatDesk.linkChoices)}
        value={rules.links}
        onPick={(value) => task.inTurn(() => hosting.changeChat({ links: value as Links }))}
      />
      <SelectField
        label={work.chatDesk.who}
        options={Object.entries(work.chatDesk.whoChoices)}
        value={rules.who}
        onPick={(value) => task.inTurn(() => hosting.changeChat({ who: value as Speakers }))}
      />
      {rules.who === "followers" && (
        <SelectField
          label={work.chatDesk.followed}
          options={choices(FOLLOWED_STEPS, rules.followed_minutes, work.chatDesk.followedSteps)}
          value={String(rules.followed_minutes)}
          onPick={(value) => task.inTurn(() => hosting.changeChat({ followed_minutes: Number(value) }))}
        />
      )}
      <ErrorNote error={task.error.value} />
    </Fold>
  );
}

/** The usual steps, and what is set now if it is none of them. */
function choices(steps: readonly number[], now: number, words: (step: number) => string): [string, string][] {
  const all = [...new Set([...steps, now])].sort((one, other) => one - other);
  return all.map((step) => [String(step), words(step)]);
}

function Replies({ hosting, canned }: ChatDeskProps) {
  const task = useTask();
  const editing = useSignal(false);
  useEffect(() => void task.run(() => canned.refresh()), []);
  const say = (reply: CannedReply) => task.run(() => hosting.room.sayCanned(reply.id));
  return (
    <section class={layout.card} aria-label={work.chatDesk.replies}>
      <div class={layout.between}>
        <h2>{work.chatDesk.replies}</h2>
        <Button small onClick={() => (editing.value = true)}>
          {work.chatDesk.edit}
        </Button>
      </div>
      {canned.items.value.length === 0 && <p class={layout.muted}>{work.chatDesk.noReplies}</p>}
      <div class={layout.row}>
        {canned.items.value.map((reply) => (
          <Button key={reply.id} small busy={task.busy.value} onClick={() => say(reply)}>
            {reply.text}
          </Button>
        ))}
      </div>
      <ErrorNote error={task.error.value} />
      {editing.value && <Editor canned={canned} onClose={() => (editing.value = false)} />}
    </section>
  );
}

function Editor({ canned, onClose }: { readonly canned: CannedReplies; readonly onClose: () => void }) {
  const task = useTask();
  const save = async (data: FormData) => {
    if (await task.run(() => canned.save(entry(data, "replies")))) onClose();
  };
  return (
    <Dialog title={work.chatDesk.edit} onClose={onClose}>
      <Form error={task.error.value} onSend={save}>
        <TextArea
          label={work.chatDesk.lines}
          hint={work.chatDesk.linesHint}
          name="replies"
          rows={8}
          defaultValue={canned.items.value.map((reply) => reply.text).join("\n")}
        />
        <Button type="submit" look="primary" busy={task.busy.value}>
          {text.save}
        </Button>
      </Form>
    </Dialog>
  );
}
