// Somebody asks to speak: said where the host looks, since the queue itself is further down.
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { microphone } from "../ui/icons.ts";
import { work } from "../ui/workStrings.ts";

/** What the queue's place in the page is called. */
export const CALLS = "calls";

export function CallersWait({ people }: { readonly people: number }) {
  return (
    <span role="status">
      {people > 0 && (
        <Button small onClick={() => document.getElementById(CALLS)?.scrollIntoView({ block: "start" })}>
          <Icon of={microphone} /> {work.studio.callersWait(people)}
        </Button>
      )}
    </span>
  );
}
