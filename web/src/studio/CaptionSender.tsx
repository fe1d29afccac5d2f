// The switch for captions in the studio, where the browser can write down what is said. Loaded with a broadcast.
import { useEffect, useMemo } from "preact/hooks";
import { Captioning, recogniser } from "../state/captioning.ts";
import type { Room } from "../state/room.ts";
import { Button } from "../ui/Button.tsx";
import { callText } from "../ui/callStrings.ts";
import layout from "../ui/layout.module.css";
import { Note } from "../ui/Note.tsx";

const words = callText.captions;

export function CaptionSender({ room }: { readonly room: Room }) {
  const captioning = useMemo(
    () => new Captioning(recogniser, async (text, final) => void (await room.request("caption.send", { text, final }))),
    [],
  );
  useEffect(() => () => captioning.stop(), []);
  const possible = useMemo(() => recogniser() !== null, []);
  if (!possible) return null;
  const running = captioning.running.value;
  const fault = captioning.fault.value;
  return (
    <section class={layout.card} aria-label={words.send}>
      <div class={layout.between}>
        <span>{running ? words.running : words.sendHint}</span>
        <Button
          small
          onClick={() =>
            running ? captioning.stop() : captioning.start(room.show.value.language || navigator.language)
          }
        >
          {running ? words.stop : words.send}
        </Button>
      </div>
      {fault && (
        <div role="alert">
          <Note tone="bad">{words[fault]}</Note>
        </div>
      )}
    </section>
  );
}
