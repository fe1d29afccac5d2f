// Being told when a show begins.
import type { Show } from "../core/protocol.ts";
import type { Reminders } from "../state/reminders.ts";
import { Button } from "../ui/Button.tsx";
import { home } from "../ui/homeStrings.ts";
import { Icon } from "../ui/Icon.tsx";
import { bell } from "../ui/icons.ts";

interface RemindButtonProps {
  readonly show: Show;
  readonly reminders: Reminders;
}

export function RemindButton({ show, reminders }: RemindButtonProps) {
  const on = reminders.shows.value.includes(show.id);
  const words = on ? home.reminded : home.remind;
  return (
    <Button
      small
      aria-pressed={on}
      aria-label={`${words}: ${show.title}`}
      title={home.remindHint}
      onClick={() => void reminders.toggle(show.id)}
    >
      <Icon of={bell} filled={on} /> {words}
    </Button>
  );
}
