// The queue: who asks to speak and about what; taking one, or saying no with a reason.
import { type Signal, useSignal } from "@preact/signals";
import type { Call } from "../core/protocol.ts";
import type { CallQueue, QueueSort } from "../state/callQueue.ts";
import { Button } from "./Button.tsx";
import styles from "./CallDesk.module.css";
import { Confirm } from "./Confirm.tsx";
import { callErrorText, callText } from "./callStrings.ts";
import { Dialog } from "./Dialog.tsx";
import { SelectField, TextField } from "./Field.tsx";
import { Form, FormEnd } from "./Form.tsx";
import { entry, type Task, useTask } from "./form.ts";
import layout from "./layout.module.css";
import { formatClock } from "./strings.ts";

const words = callText.desk;
const REASON_LENGTH = 200;

interface WaitingProps {
  readonly queue: CallQueue;
  readonly task: Task;
}

export function CallWaiting({ queue, task }: WaitingProps) {
  const declining = useSignal<Call | null>(null);
  const clearing = useSignal(false);
  const calls = queue.queue.value;
  const total = queue.total.value;
  const { q, sort } = queue.view.value;
  return (
    <div class={layout.item}>
      <div class={layout.between}>
        <p role="status" class={layout.muted}>
          {total > 0 ? words.waiting(total) : q === "" ? words.none : words.notFound}
        </p>
        {total > 0 && q === "" && (
          <Button small look="quiet" onClick={() => (clearing.value = true)}>
            {words.clear}
          </Button>
        )}
      </div>
      {(total > 1 || q !== "") && (
        <div class={layout.pair}>
          <TextField
            label={words.search}
            type="search"
            value={q}
            onInput={({ currentTarget }) => void queue.look({ q: currentTarget.value.trim() }).catch(() => undefined)}
          />
          <SelectField
            label={words.sort}
            options={Object.entries(words.sorts)}
            value={sort}
            onPick={(picked) => task.inTurn(() => queue.look({ sort: picked as QueueSort }))}
          />
        </div>
      )}
      <ol class={styles.queue}>
        {calls.map((call) => (
          <Waiter key={call.id} call={call} queue={queue} task={task} declining={declining} />
        ))}
      </ol>
      {total > calls.length && <p class={layout.muted}>{words.more(total - calls.length)}</p>}
      {declining.value && <Decline call={declining.value} queue={queue} onClose={() => (declining.value = null)} />}
      {clearing.value && (
        <Confirm
          title={words.clearTitle}
          body={words.clearBody}
          action={words.clear}
          busy={task.busy.value}
          onConfirm={() => task.run(() => queue.clear()).then(() => (clearing.value = false))}
          onClose={() => (clearing.value = false)}
        />
      )}
    </div>
  );
}

interface WaiterProps extends WaitingProps {
  readonly call: Call;
  readonly declining: Signal<Call | null>;
}

function Waiter({ call, queue, task, declining }: WaiterProps) {
  const { user, note } = call;
  return (
    <li class={styles.waiter} aria-label={user.display_name}>
      <div class={layout.tight}>
        <p>
          <strong>{user.display_name}</strong>{" "}
          <span class={layout.muted}>
            @{user.handle} · {words.since(formatClock(call.requested_at))}
          </span>
        </p>
        {note && <p dir="auto">{note}</p>}
      </div>
      <div class={layout.row}>
        <Button
          small
          look="primary"
          aria-label={words.acceptOf(user.display_name)}
          busy={task.busy.value}
          onClick={() => task.run(() => queue.decide(call, "accept"))}
        >
          {words.accept}
        </Button>
        <Button small aria-label={words.declineOf(user.display_name)} onClick={() => (declining.value = call)}>
          {words.decline}
        </Button>
      </div>
    </li>
  );
}

interface DeclineProps {
  readonly queue: CallQueue;
  readonly call: Call;
  readonly onClose: () => void;
}

function Decline({ call, queue, onClose }: DeclineProps) {
  const task = useTask();
  const decline = async (data: FormData) => {
    const reason = entry(data, "reason");
    if (await task.run(() => queue.decline(call, reason))) onClose();
  };
  return (
    <Dialog title={words.declineTitle(call.user.display_name)} onClose={onClose}>
      <Form error={task.error.value} onSend={decline} told={callErrorText}>
        <TextField label={words.reason} name="reason" maxLength={REASON_LENGTH} />
        <FormEnd action={words.decline} look="danger" busy={task.busy.value} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
