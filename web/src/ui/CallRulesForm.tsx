// Who may call in, how long a call lasts, how late the audience sees it; and asking somebody oneself.
import type { CallRules } from "../core/calls.ts";
import type { Callers } from "../core/protocol.ts";
import type { CallQueue } from "../state/callQueue.ts";
import { Button } from "./Button.tsx";
import { callErrorText, callText } from "./callStrings.ts";
import { SelectField, TextField } from "./Field.tsx";
import { Form } from "./Form.tsx";
import { entry, type Task, useTask } from "./form.ts";
import layout from "./layout.module.css";

const words = callText.desk;
const MINUTES = [2, 5, 10, 20, 30, 60];
const DELAYS_S = [0, 3, 5, 10];

interface CallFormProps {
  readonly queue: CallQueue;
  readonly task: Task;
}

export function CallRulesForm({ queue, task }: CallFormProps) {
  const rules = queue.rules.value;
  if (!rules) return null;
  const change = (part: Partial<CallRules>) => void task.inTurn(() => queue.changeRules(part));
  return (
    <fieldset class={layout.item} aria-label={words.rules}>
      <SelectField
        label={words.who}
        options={Object.entries(words.whoChoices)}
        value={rules.who}
        onPick={(who) => change({ who: who as Callers })}
      />
      {rules.who !== "off" && (
        <div class={layout.pair}>
          <SelectField
            label={words.minutes}
            options={choices(MINUTES, rules.minutes, words.minuteSteps)}
            value={String(rules.minutes)}
            onPick={(minutes) => change({ minutes: Number(minutes) })}
          />
          <SelectField
            label={words.delay}
            options={choices(DELAYS_S, rules.delay_s, words.delaySteps)}
            value={String(rules.delay_s)}
            onPick={(seconds) => change({ delay_s: Number(seconds) })}
          />
        </div>
      )}
    </fieldset>
  );
}

/** The usual steps, and what is set now if it is none of them. */
function choices(steps: readonly number[], now: number, name: (step: number) => string): [string, string][] {
  const all = [...new Set([...steps, now])].sort((one, other) => one - other);
  return all.map((step) => [String(step), name(step)]);
}

/** Whom nobody knows, or who cannot come. */
const ABOUT = { not_found: "handle", call_open: "handle", user: "handle" };

export function CallInvitation({ queue }: { readonly queue: CallQueue }) {
  // Its own: what other buttons were refused is not said here.
  const task = useTask();
  const invite = async (data: FormData, form: HTMLFormElement) => {
    const handle = entry(data, "handle").replace(/^@/, "");
    if (handle !== "" && (await task.run(() => queue.invite(handle)))) form.reset();
  };
  return (
    <Form error={task.error.value} onSend={invite} about={ABOUT} told={callErrorText} class={layout.beside}>
      <TextField label={words.invite} name="handle" autocomplete="off" autocapitalize="none" />
      <Button type="submit" busy={task.busy.value}>
        {words.inviteDo}
      </Button>
    </Form>
  );
}
