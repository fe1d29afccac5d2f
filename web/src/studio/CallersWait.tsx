// Somebody asks to speak: said where the host looks, since the queue itself is further down.
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { microphone } from "../ui/icons.ts";
import { work } from "../ui/workStrings.ts";

export function CallersWait({ people }: { readonly people: number }) {
  return (
    <span role="status">
      {people > 0 && (
        <Button small onClick={() => document.getElementById("calls")?.scrollIntoView({ block: "start" })}>
          <Icon of={microphone} /> {work.studio.callersWait(people)}
        </Button>
      )}
    </span>
  );
}
