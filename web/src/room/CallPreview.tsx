// Looking at oneself before anybody else does: camera and microphone, or the microphone alone, and which of each.
import type { CaptureChoice } from "../core/capture.ts";
import type { CallHere } from "../state/callingIn.ts";
import { Button } from "../ui/Button.tsx";
import { callText } from "../ui/callStrings.ts";
import { SelectField } from "../ui/Field.tsx";
import { LiveVideo } from "../ui/LiveVideo.tsx";
import layout from "../ui/layout.module.css";
import { Note } from "../ui/Note.tsx";
import { useNarrow } from "../ui/narrow.ts";
import styles from "./CallPreview.module.css";

export function CallPreview({ here }: { readonly here: CallHere }) {
  const { calling, media } = here;
  const stream = media.stream.value;
  const error = media.captureError.value;
  const open = (choice: CaptureChoice) => void calling.prepare(choice);
  return (
    <div class={layout.item}>
      {!stream && <p>{callText.prepare}</p>}
      {!stream && (
        <div class={layout.row}>
          <Button small onClick={() => open({ camera: null, microphone: null })}>
            {callText.both}
          </Button>
          <Button small onClick={() => open({ camera: false, microphone: null })}>
            {callText.soundOnly}
          </Button>
        </div>
      )}
      {error && (
        <div role="alert">
          <Note tone="bad">{callText.capture[error.code]}</Note>
        </div>
      )}
      {stream && <Own here={here} stream={stream} onPick={open} />}
    </div>
  );
}

interface OwnProps {
  readonly here: CallHere;
  readonly stream: MediaStream;
  readonly onPick: (choice: CaptureChoice) => void;
}

function Own({ here, stream, onPick }: OwnProps) {
  const { media } = here;
  const narrow = useNarrow().value;
  const { cameras, microphones } = media.devices.value;
  const choice = media.choice.value;
  const pictured = stream.getVideoTracks().length > 0;
  return (
    <div class={styles.own}>
      {pictured ? (
        <div class={styles.preview}>
          <LiveVideo stream={stream} label={callText.preview} preview />
        </div>
      ) : (
        <p>{callText.previewSound}</p>
      )}
      <Level here={here} />
      {/* On a phone folded up: most have one of each. */}
      <details open={!narrow}>
        <summary class={layout.fold}>{callText.devices}</summary>
        <div class={`${layout.pair} ${styles.devices}`}>
          <SelectField
            label={callText.camera}
            value={pictured ? choice.camera || "" : ""}
            options={[["", callText.soundOnly], ...named(cameras, callText.unnamedCamera)]}
            onPick={(camera) => onPick({ ...choice, camera: camera === "" ? false : camera })}
          />
          <SelectField
            label={callText.microphone}
            value={choice.microphone ?? ""}
            options={named(microphones, callText.unnamedMicrophone)}
            onPick={(microphone) => onPick({ ...choice, microphone })}
          />
        </div>
      </details>
    </div>
  );
}

/** Of its own, since it draws ten times a second. */
function Level({ here }: { readonly here: CallHere }) {
  return <meter class={styles.level} aria-label={callText.level} min={0} max={1} value={here.media.level.value} />;
}

function named(devices: readonly MediaDeviceInfo[], unnamed: (index: number) => string): (readonly [string, string])[] {
  return devices.map((device, index) => [device.deviceId, device.label || unnamed(index + 1)]);
}
