// One's own call beside the picture: asking to speak, waiting, the green room, the stage. Loaded where calls are taken.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Account } from "../state/account.ts";
import type { Phase } from "../state/calling.ts";
import { type CallHere, callingIn } from "../state/callingIn.ts";
import type { Room } from "../state/room.ts";
import { whileVisible } from "../state/visible.ts";
import { Button } from "../ui/Button.tsx";
import { CallClock } from "../ui/CallClock.tsx";
import { callErrorText, callText } from "../ui/callStrings.ts";
import { TextField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { entry, type Task, useTask } from "../ui/form.ts";
import { Icon } from "../ui/Icon.tsx";
import { microphone } from "../ui/icons.ts";
import layout from "../ui/layout.module.css";
import { Note } from "../ui/Note.tsx";
import { text } from "../ui/strings.ts";
import { CallPreview } from "./CallPreview.tsx";
import { CallStage } from "./CallStage.tsx";

/** How far one has come is asked for so often: nobody is told each step of a line. */
const LOOK_MS = 20_000;
const NOTE_LENGTH = 200;

interface CallDockProps {
  readonly room: Room;
  readonly account: Account;
}

export function CallDock({ room, account }: CallDockProps) {
  const user = account.user.value;
  if (user?.id === room.show.value.creator.id) return null;
  return <Dock key={user?.id ?? ""} room={room} account={account} />;
}

function Dock({ room, account }: CallDockProps) {
  const here = callingIn(room, account);
  const task = useTask();
  const asking = useSignal(false);
  const phase = here.calling.phase.value;
  const error = task.error.value;
  if (phase === "none" && !asking.value) {
    if (room.stage.value.who === "off") return null;
    return (
      <div class={layout.row}>
        <Button small onClick={() => account.ask(() => (asking.value = true))}>
          <Icon of={microphone} /> {callText.ask}
        </Button>
      </div>
    );
  }
  return (
    <section class={layout.card} aria-label={callText.title} aria-live="polite">
      <Step phase={phase} here={here} room={room} task={task} asking={asking} />
      {error && phase !== "none" && (
        <div role="alert">
          <Note tone="bad">{callErrorText(error)}</Note>
        </div>
      )}
    </section>
  );
}

export interface StepProps {
  readonly here: CallHere;
  readonly room: Room;
  readonly task: Task;
}

interface PhaseProps extends StepProps {
  readonly phase: Phase;
  readonly asking: Signal<boolean>;
}

function Step({ phase, asking, ...step }: PhaseProps) {
  switch (phase) {
    case "none":
      return <Request {...step} onClose={() => (asking.value = false)} />;
    case "requested":
      return <Waiting {...step} />;
    case "invited":
      return <Invited {...step} />;
    case "accepted":
    case "green":
    case "live":
      return <CallStage {...step} />;
    case "over":
      return (
        <Over
          {...step}
          onClose={() => {
            asking.value = false;
          }}
        />
      );
  }
}

function Request({ here, task, onClose }: StepProps & { readonly onClose: () => void }) {
  const send = async (data: FormData) => {
    const note = entry(data, "note");
    if (await task.run(() => here.calling.request(note))) onClose();
  };
  return (
    <Form class={layout.item} error={task.error.value} told={callErrorText} onSend={(data) => void send(data)}>
      <p>{callText.explained}</p>
      <TextField label={callText.note} hint={callText.noteHint} name="note" maxLength={NOTE_LENGTH} />
      <div class={layout.actions}>
        <Button small onClick={onClose}>
          {text.cancel}
        </Button>
        <Button type="submit" look="primary" busy={task.busy.value}>
          {callText.send}
        </Button>
      </div>
    </Form>
  );
}

function Waiting({ here, task }: StepProps) {
  const { calling } = here;
  const position = calling.call.value?.position ?? null;
  useEffect(() => whileVisible(LOOK_MS, () => void calling.refresh()), []);
  return (
    <>
      <p>
        <strong>{position === null ? callText.waiting : callText.position(position)}</strong>
      </p>
      <CallPreview here={here} />
      <div class={layout.actions}>
        <Button small busy={task.busy.value} onClick={() => task.run(() => calling.cancel())}>
          {callText.cancel}
        </Button>
      </div>
    </>
  );
}

function Invited({ here, room, task }: StepProps) {
  const { calling } = here;
  const until = calling.call.value?.until;
  return (
    <>
      <p>
        <strong>{callText.invited}</strong> {until && <CallClock until={until} room={room} words={callText.toCome} />}
      </p>
      <div class={layout.actions}>
        <Button small busy={task.busy.value} onClick={() => task.run(() => calling.cancel())}>
          {callText.decline}
        </Button>
        <Button look="primary" busy={task.busy.value} onClick={() => task.run(() => calling.request())}>
          {callText.come}
        </Button>
      </div>
    </>
  );
}

function Over({ here, onClose }: StepProps & { readonly onClose: () => void }) {
  const call = here.calling.call.value;
  if (!call) return null;
  const known = callText.reasons[call.reason ?? ""];
  return (
    <div class={layout.between}>
      <p>
        {known ?? callText.over[call.state]}{" "}
        {!known && call.reason && <span dir="auto">{callText.reason(call.reason)}</span>}
      </p>
      <Button
        small
        onClick={() => {
          here.calling.dismiss();
          onClose();
        }}
      >
        {callText.ok}
      </Button>
    </div>
  );
}
