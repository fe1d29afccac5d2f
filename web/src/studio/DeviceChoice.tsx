// Which camera and which microphone, and whether the microphone hears anything.
import type { Broadcast } from "../state/broadcast.ts";
import { SelectField } from "../ui/Field.tsx";
import layout from "../ui/layout.module.css";
import { work } from "../ui/workStrings.ts";
import styles from "./HostedShow.module.css";

export function DeviceChoice({ broadcast }: { readonly broadcast: Broadcast }) {
  const { cameras, microphones } = broadcast.devices.value;
  const choice = broadcast.choice.value;
  return (
    <>
      <div class={layout.pair}>
        <SelectField
          label={work.studio.camera}
          value={choice.camera || ""}
          options={named(cameras, work.studio.unnamedCamera)}
          onPick={(camera) => void broadcast.open({ ...choice, camera })}
        />
        <SelectField
          label={work.studio.microphone}
          value={choice.microphone ?? ""}
          options={named(microphones, work.studio.unnamedMicrophone)}
          onPick={(microphone) => void broadcast.open({ ...choice, microphone })}
        />
      </div>
      <Level broadcast={broadcast} />
    </>
  );
}

/** Of its own, since it draws ten times a second. */
function Level({ broadcast }: { readonly broadcast: Broadcast }) {
  return <meter class={styles.level} aria-label={work.studio.level} min={0} max={1} value={broadcast.level.value} />;
}

function named(devices: readonly MediaDeviceInfo[], unnamed: (index: number) => string): (readonly [string, string])[] {
  return devices.map((device, index) => [device.deviceId, device.label || unnamed(index + 1)]);
}
