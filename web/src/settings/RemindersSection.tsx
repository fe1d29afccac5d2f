// Which coming shows this browser tells of, and whether it may.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Show } from "../core/protocol.ts";
import { at } from "../core/shopPath.ts";
import { Reminders } from "../state/reminders.ts";
import { Button } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { me } from "../ui/meStrings.ts";
import type { PageContext } from "../ui/mount.tsx";
import { remindersOf } from "../ui/reminding.ts";
import { formatTime } from "../ui/strings.ts";

export function RemindersSection(context: PageContext) {
  const reminders = useSignal(new Reminders(remindersOf(context))).value;
  const known = useSignal<ReadonlyMap<string, Show>>(new Map());
  useEffect(() => {
    // What has begun or is gone is no reminder any more.
    void reminders.look().then(async () => {
      known.value = await titlesOf(context, reminders.shows.value);
    });
  }, []);
  const shows = reminders.shows.value;
  return (
    <section class={layout.card} aria-labelledby="reminders">
      <h2 id="reminders">{me.reminders}</h2>
      <p>{"Notification" in window ? me.notices[Notification.permission] : me.noNotices}</p>
      {shows.length === 0 && <p class={layout.muted}>{me.noReminders}</p>}
      <ul class={layout.list}>
        {shows.map((id) => (
          <Reminder key={id} id={id} show={known.value.get(id)} onRemove={() => void reminders.toggle(id)} />
        ))}
      </ul>
    </section>
  );
}

interface ReminderProps {
  readonly id: string;
  /** Undefined until it was read. */
  readonly show: Show | undefined;
  readonly onRemove: () => void;
}

function Reminder({ id, show, onRemove }: ReminderProps) {
  const title = show?.title ?? id;
  return (
    <li class={layout.between}>
      <span class={layout.tight}>
        <a href={at(`/s/${encodeURIComponent(id)}`)}>{title}</a>
        {show?.planned_at && <span class={`${layout.muted} ${layout.small}`}>{formatTime(show.planned_at)}</span>}
      </span>
      <Button small aria-label={me.forgetReminderOf(title)} onClick={onRemove}>
        {me.forgetReminder}
      </Button>
    </li>
  );
}

/** Those that can be read now; the others keep their number. */
async function titlesOf({ http }: PageContext, ids: readonly string[]): Promise<ReadonlyMap<string, Show>> {
  const read = async (id: string) => (await http.get<{ show: Show }>(`shows/${encodeURIComponent(id)}`)).show;
  const answers = await Promise.allSettled(ids.map(read));
  return new Map(answers.flatMap((each) => (each.status === "fulfilled" ? [[each.value.id, each.value]] : [])));
}
