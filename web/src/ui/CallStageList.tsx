// Who is on stage or on the way: the picture, how far he is, how long he may stay, and what the host can do with him.
import type { Call } from "../core/protocol.ts";
import type { CallQueue } from "../state/callQueue.ts";
import type { Hearing } from "../state/hearing.ts";
import type { Room } from "../state/room.ts";
import { Button } from "./Button.tsx";
import { CallClock } from "./CallClock.tsx";
import styles from "./CallDesk.module.css";
import { callText } from "./callStrings.ts";
import type { Task } from "./form.ts";
import layout from "./layout.module.css";
import { Badge, type Tone } from "./Note.tsx";
import { StageTile } from "./StageTile.tsx";

const words = callText.desk;
const TONES: Partial<Record<Call["state"], Tone>> = { accepted: "warn", green: "good", live: "live" };

interface StageListProps {
  readonly queue: CallQueue;
  readonly hearing: Hearing;
  readonly room: Room;
  readonly task: Task;
}

export function CallStageList({ queue, hearing, room, task }: StageListProps) {
  return (
    <div class={layout.item}>
      <div class={layout.between}>
        <h3>{words.onStage}</h3>
        <Button small onClick={() => (hearing.muted.value = !hearing.muted.value)}>
          {hearing.muted.value ? words.listen : words.silence}
        </Button>
      </div>
      <ul class={styles.stage} aria-label={words.onStage}>
        {queue.stage.value.map((call) => (
          <li key={call.id} class={styles.caller} aria-label={call.user.display_name}>
            <Picture call={call} hearing={hearing} room={room} />
            <div class={layout.tight}>
              <p class={layout.row}>
                <strong>{call.user.display_name}</strong>
                <Badge tone={TONES[call.state] ?? "plain"}>{words.states[call.state]}</Badge>
              </p>
              {call.until && (
                <p class={layout.muted}>
                  <CallClock key={call.until} until={call.until} room={room} words={words.left} />
                </p>
              )}
              <Steps call={call} queue={queue} task={task} />
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface PictureProps {
  readonly call: Call;
  readonly hearing: Hearing;
  readonly room: Room;
}

function Picture({ call, hearing, room }: PictureProps) {
  const slot = call.slot ?? 0;
  if (slot === 0 || !["green", "live"].includes(call.state)) return null;
  const lost = room.stage.value.slots.some((place) => place.slot === slot && place.state === "lost");
  return (
    <div class={styles.picture}>
      <StageTile
        key={call.id}
        name={call.user.display_name}
        tracks={hearing.slots.value[slot]?.getTracks() ?? []}
        silent={hearing.muted.value || call.muted}
        lost={lost}
      />
    </div>
  );
}

interface StepsProps {
  readonly call: Call;
  readonly queue: CallQueue;
  readonly task: Task;
}

function Steps({ call, queue, task }: StepsProps) {
  const name = call.user.display_name;
  const button = (label: string, act: () => Promise<void>, look: "plain" | "primary" | "danger" = "plain") => (
    <Button
      small
      look={look}
      aria-label={words.actionOf(label, name)}
      busy={task.busy.value}
      onClick={() => task.run(act)}
    >
      {label}
    </Button>
  );
  const present = call.state === "green" || call.state === "live";
  return (
    <div class={layout.row}>
      {call.state === "green" && button(words.admit, () => queue.decide(call, "admit"), "primary")}
      {present && button(call.muted ? words.unmute : words.mute, () => queue.mute(call, !call.muted))}
      {call.state === "live" && button(call.hidden ? words.unhide : words.hide, () => queue.hide(call, !call.hidden))}
      {button(present ? words.end : words.withdraw, () => queue.decide(call, "end"), "danger")}
    </div>
  );
}
