// Preview, devices, and the two buttons that matter.
import type { Broadcast } from "../state/broadcast.ts";
import type { Hosting } from "../state/hosting.ts";
import { Button } from "../ui/Button.tsx";
import { useTask } from "../ui/form.ts";
import { Icon } from "../ui/Icon.tsx";
import { screen, turn } from "../ui/icons.ts";
import { LiveVideo } from "../ui/LiveVideo.tsx";
import layout from "../ui/layout.module.css";
import { ConnectionBadge, ErrorNote, Note, type Tone } from "../ui/Note.tsx";
import { useNarrow } from "../ui/narrow.ts";
import { errorText, text } from "../ui/strings.ts";
import { studioText } from "../ui/studioStrings.ts";
import { work } from "../ui/workStrings.ts";
import { BroadcastHealth } from "./BroadcastHealth.tsx";
import { DeviceChoice } from "./DeviceChoice.tsx";
import { EndShow } from "./EndShow.tsx";
import { LineTestCard } from "./LineTestCard.tsx";

export function BroadcastPanel({ hosting }: { readonly hosting: Hosting }) {
  const { broadcast } = hosting;
  const task = useTask();
  const narrow = useNarrow();
  const captureError = broadcast.captureError.value;
  const live = hosting.publishing.value;
  return (
    <section class={layout.card} aria-label={text.video.preview}>
      <LiveVideo
        stream={broadcast.stream.value}
        label={text.video.preview}
        preview
        mirrored={!broadcast.sharesScreen.value && broadcast.facing.value !== "environment"}
      >
        {broadcast.stream.value === null && (
          <div class={layout.stack}>
            <p>{work.studio.previewOff}</p>
            <Button onClick={() => broadcast.open()}>{work.studio.openCamera}</Button>
          </div>
        )}
      </LiveVideo>
      {captureError && (
        <div role="alert">
          <Note tone="bad">{work.capture[captureError.code]}</Note>
        </div>
      )}
      {broadcast.stream.value && <DeviceChoice broadcast={broadcast} />}
      {broadcast.stream.value && <PictureChoice broadcast={broadcast} />}
      {!live && !hosting.wasOnAir.value && <LineTestCard hosting={hosting} />}
      {hosting.movedAway.value && <Note tone="warn">{work.studio.movedAway}</Note>}
      <ErrorNote error={task.error.value} />
      <div class={layout.between}>
        <PublishState hosting={hosting} />
        <span class={layout.row}>
          {!live && (
            <Button look="primary" busy={task.busy.value} onClick={() => task.run(() => hosting.goLive())}>
              {hosting.wasOnAir.value ? work.studio.resume : work.studio.goLive}
            </Button>
          )}
          {!narrow.value && <EndShow hosting={hosting} />}
        </span>
      </div>
      <BroadcastHealth hosting={hosting} />
    </section>
  );
}

/** What the picture shows: the camera, the other camera of a phone, or a screen. */
function PictureChoice({ broadcast }: { readonly broadcast: Broadcast }) {
  const shares = broadcast.sharesScreen.value;
  const mayTurn = broadcast.facing.value !== undefined && broadcast.devices.value.cameras.length > 1;
  return (
    <div class={layout.row}>
      {shares ? (
        <Button small onClick={() => void broadcast.open()}>
          <Icon of={screen} /> {studioText.backToCamera}
        </Button>
      ) : (
        // Phones have no way to show their screen to a page.
        "getDisplayMedia" in navigator.mediaDevices && (
          <Button small onClick={() => void broadcast.shareScreen()}>
            <Icon of={screen} /> {studioText.shareScreen}
          </Button>
        )
      )}
      {!shares && mayTurn && (
        <Button small onClick={() => void broadcast.turn()}>
          <Icon of={turn} /> {studioText.turn}
        </Button>
      )}
    </div>
  );
}

function PublishState({ hosting }: { readonly hosting: Hosting }) {
  const [words, tone] = describe(hosting);
  return <ConnectionBadge tone={tone}>{words}</ConnectionBadge>;
}

function describe(hosting: Hosting): [words: string, tone: Tone] {
  const { state, error } = hosting.broadcast.connection.value;
  switch (state) {
    case "closed":
      // Another program or another device of the host's sends the picture.
      if (hosting.room.state.value === "live") return [studioText.onAirElsewhere, "live"];
      return [work.studio.notPublishing, "plain"];
    case "connecting":
      return [work.studio.starting, "plain"];
    case "connected":
      // Connected is what this browser knows; live is what the server says, once the picture has arrived.
      return hosting.room.state.value === "live" ? [work.studio.broadcasting, "live"] : [work.studio.starting, "plain"];
    case "reconnecting":
      return [work.studio.reconnecting, "warn"];
    case "refused":
      return [error ? errorText(error) : work.studio.refused, "bad"];
  }
}
