// From the host's word to the end of the call: the way to the green room, what others see of one, the time that is left.
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../core/protocol.ts";
import type { CallHere } from "../state/callingIn.ts";
import { Button } from "../ui/Button.tsx";
import { CallClock } from "../ui/CallClock.tsx";
import { callText } from "../ui/callStrings.ts";
import layout from "../ui/layout.module.css";
import { Note } from "../ui/Note.tsx";
import type { StepProps } from "./CallDock.tsx";
import { CallPreview } from "./CallPreview.tsx";

const LEFT: Partial<Record<Call["state"], (clock: string) => string>> = {
  accepted: callText.toCome,
  green: callText.toWait,
};

export function CallStage({ here, room, task }: StepProps) {
  const { calling } = here;
  const card = useRef<HTMLDivElement>(null);
  const call = calling.call.value;
  // There is half a minute, and on a phone the chat may be all that one sees. Above stands the picture, over what is there.
  useEffect(() => card.current?.scrollIntoView({ block: "end" }), [calling.phase.value]);
  if (!call) return null;
  const coming = call.state === "accepted" && !calling.publishing.value;
  return (
    <div ref={card} class={layout.item}>
      <p>
        <strong>{words(here, call)}</strong>{" "}
        {call.until && (
          <CallClock key={call.until} until={call.until} room={room} words={LEFT[call.state] ?? callText.left} />
        )}
      </p>
      <Trouble here={here} call={call} />
      {(call.state !== "live" || calling.away.value) && <CallPreview here={here} />}
      <div class={layout.between}>
        {calling.publishing.value && !coming ? <Switches here={here} /> : <span />}
        <span class={layout.row}>
          <Button look="danger" small busy={task.busy.value} onClick={() => task.run(() => calling.leave())}>
            {callText.leave}
          </Button>
          {(coming || calling.away.value) && (
            <Button look="primary" disabled={here.media.stream.value === null} onClick={() => calling.enter()}>
              {coming ? callText.enter : callText.back}
            </Button>
          )}
        </span>
      </div>
    </div>
  );
}

function words({ calling }: CallHere, call: Call): string {
  if (calling.away.value) return callText.away;
  if (call.state === "accepted") return calling.publishing.value ? callText.connecting : callText.accepted;
  return call.state === "green" ? callText.green : callText.live;
}

function Trouble({ here, call }: { readonly here: CallHere; readonly call: Call }) {
  const { state, error } = here.media.connection.value;
  return (
    <>
      {state === "reconnecting" && <Note tone="warn">{callText.weak}</Note>}
      {state === "refused" && (
        <div role="alert">
          <Note tone="bad">{callText.publishRefused(error)}</Note>
        </div>
      )}
      {call.muted && <Note tone="warn">{callText.mutedByHost}</Note>}
      {call.hidden && <Note tone="warn">{callText.hiddenByHost}</Note>}
    </>
  );
}

function Switches({ here }: { readonly here: CallHere }) {
  const { calling, media } = here;
  const [speaking, filming] = [calling.speaking.value, calling.filming.value];
  return (
    <span class={layout.row}>
      <Button small onClick={() => calling.speak(!speaking)}>
        {speaking ? callText.mute : callText.unmute}
      </Button>
      {(media.stream.value?.getVideoTracks().length ?? 0) > 0 && (
        <Button small onClick={() => calling.film(!filming)}>
          {filming ? callText.hide : callText.show}
        </Button>
      )}
    </span>
  );
}
