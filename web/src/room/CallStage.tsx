// From the host's word to the end of the call: the way to the green room, what others see of one, the time that is left.
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../core/protocol.ts";
import type { CallHere } from "../state/callingIn.ts";
import { Button } from "../ui/Button.tsx";
import { CallClock } from "../ui/CallClock.tsx";
import { callText } from "../ui/callStrings.ts";
import { Icon, type Sign as IconSign } from "../ui/Icon.tsx";
import { camera, cameraOff, leave, microphone, muted } from "../ui/icons.ts";
import layout from "../ui/layout.module.css";
import { Note } from "../ui/Note.tsx";
import { useNarrow } from "../ui/narrow.ts";
import type { StepProps } from "./CallDock.tsx";
import { CallPreview } from "./CallPreview.tsx";
import styles from "./CallStage.module.css";

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
  const narrow = useNarrow().value;
  if (!call) return null;
  const bar = narrow && call.state === "live" && calling.publishing.value && !calling.away.value;
  const coming = call.state === "accepted" && !calling.publishing.value;
  const clock = call.until && (
    <CallClock key={call.until} until={call.until} room={room} words={LEFT[call.state] ?? callText.left} />
  );
  const leaveStage = () => void task.run(() => calling.leave());
  if (bar) {
    return (
      <div ref={card} class={styles.bar}>
        <Trouble here={here} call={call} />
        <p>
          <strong>{callText.onStage}</strong> {clock}
        </p>
        <Signs here={here} busy={task.busy.value} onLeave={leaveStage} />
      </div>
    );
  }
  return (
    <div ref={card} class={layout.item}>
      <p>
        <strong>{words(here, call)}</strong> {clock}
      </p>
      <Trouble here={here} call={call} />
      {(call.state !== "live" || calling.away.value) && <CallPreview here={here} />}
      <div class={layout.between}>
        {calling.publishing.value && !coming && !narrow ? <Switches here={here} /> : <span />}
        <span class={layout.row}>
          {narrow && !coming ? (
            <Signs here={here} busy={task.busy.value} onLeave={leaveStage} />
          ) : (
            <Button look="danger" small busy={task.busy.value} onClick={leaveStage}>
              {callText.leave}
            </Button>
          )}
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

interface SignsProps {
  readonly here: CallHere;
  readonly busy: boolean;
  readonly onLeave: () => void;
}

/** On a phone the stage is what one wants to see: signs instead of words. */
function Signs({ here: { calling, media }, busy, onLeave }: SignsProps) {
  const [speaking, filming] = [calling.speaking.value, calling.filming.value];
  const pictured = (media.stream.value?.getVideoTracks().length ?? 0) > 0;
  return (
    <span class={styles.signs}>
      <Sign
        of={speaking ? microphone : muted}
        name={speaking ? callText.mute : callText.unmute}
        off={!speaking}
        onClick={() => calling.speak(!speaking)}
      />
      {pictured && (
        <Sign
          of={filming ? camera : cameraOff}
          name={filming ? callText.hide : callText.show}
          off={!filming}
          onClick={() => calling.film(!filming)}
        />
      )}
      <Sign of={leave} name={callText.leave} busy={busy} onClick={onLeave} />
    </span>
  );
}

interface SignProps {
  readonly of: IconSign;
  readonly name: string;
  readonly off?: boolean;
  readonly busy?: boolean;
  readonly onClick: () => void;
}

function Sign({ of, name, off = false, busy = false, onClick }: SignProps) {
  return (
    <button
      type="button"
      class={styles.sign}
      data-off={off}
      aria-label={name}
      title={name}
      disabled={busy}
      onClick={onClick}
    >
      <Icon of={of} />
    </button>
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
