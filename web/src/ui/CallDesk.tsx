// Calls for the host and whoever sees to them in the room: who is on stage, who waits, whom to invite, who may ask.
import { untracked, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Http } from "../core/http.ts";
import { CallQueue } from "../state/callQueue.ts";
import { Hearing } from "../state/hearing.ts";
import type { Room } from "../state/room.ts";
import { CallInvitation, CallRulesForm } from "./CallRulesForm.tsx";
import { CallStageList } from "./CallStageList.tsx";
import { CallWaiting } from "./CallWaiting.tsx";
import { callErrorText, callText } from "./callStrings.ts";
import { useTask } from "./form.ts";
import layout from "./layout.module.css";
import { Note } from "./Note.tsx";

/** A crowd asks many times a second: what its news leaves open is read again so often at most. */
const READ_AGAIN_MS = 3_000;

interface CallDeskProps {
  readonly room: Room;
  /** Beside a page that plays the same sounds. */
  readonly quiet?: boolean;
  /** Told how many wait, whenever that changes. */
  readonly onWaiting?: (people: number) => void;
}

export function CallDesk({ room, quiet = false, onWaiting }: CallDeskProps) {
  const show = room.show.value.id;
  const queue = useSignal(new CallQueue(show, new Http(), room.askCall)).value;
  const hearing = useSignal(new Hearing(show, new Http())).value;
  const task = useTask();
  useEffect(() => followNews(room, queue), []);
  useEffect(() => {
    hearing.muted.value = quiet;
    return () => hearing.dispose();
  }, []);
  // Coming back: what was told meanwhile is nowhere but in the list. The task's own signals are none to run again for.
  useSignalEffect(() => {
    if (room.status.value !== "joined") return;
    void untracked(() => task.run(() => Promise.all([queue.refresh(), queue.readRules()]).then(() => undefined)));
  });
  useSignalEffect(() => {
    const anybody = queue.stage.value.some(({ state }) => state !== "invited");
    void untracked(() => hearing.follow(anybody));
  });
  useSignalEffect(() => onWaiting?.(queue.total.value));
  const error = task.error.value;
  const off = queue.rules.value?.who === "off";
  return (
    <section class={layout.card} aria-label={callText.desk.title}>
      <h2>{callText.desk.title}</h2>
      {queue.stage.value.length > 0 && <CallStageList queue={queue} hearing={hearing} room={room} task={task} />}
      {off && queue.total.value === 0 ? (
        <p class={layout.muted}>{callText.desk.off}</p>
      ) : (
        <CallWaiting queue={queue} task={task} />
      )}
      {error && (
        <div role="alert">
          <Note tone="bad">{callErrorText(error)}</Note>
        </div>
      )}
      <CallInvitation queue={queue} />
      <CallRulesForm queue={queue} task={task} />
    </section>
  );
}

function followNews(room: Room, queue: CallQueue): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const hear: CallQueue["take"] = (event) => {
    if (event[1] !== "call.requested") return;
    queue.take(event);
    timer ??= setTimeout(() => {
      timer = null;
      // What cannot be read now is read with the next news.
      queue.refresh().catch(() => undefined);
    }, READ_AGAIN_MS);
  };
  room.staff.add(hear);
  return () => {
    room.staff.delete(hear);
    if (timer !== null) clearTimeout(timer);
  };
}
