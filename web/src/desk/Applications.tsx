// Who has asked to become a creator and waits for an answer.
import { useSignal } from "@preact/signals";
import type { Person } from "../core/protocol.ts";
import type { Eligibility } from "../state/eligibility.ts";
import { Button } from "../ui/Button.tsx";
import { eligibility } from "../ui/eligibilityStrings.ts";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { Badge, ErrorNote } from "../ui/Note.tsx";
import { formatTime } from "../ui/strings.ts";
import { ReasonDialog } from "./ReasonDialog.tsx";

const words = eligibility.desk;

export function Applications({ state }: { readonly state: Eligibility }) {
  const task = useTask();
  const refusing = useSignal<Person | null>(null);
  const person = refusing.value;
  return (
    <section class={layout.card} aria-label={words.applications}>
      <h3>{words.applications}</h3>
      {state.waiting.value.length === 0 && <p class={layout.empty}>{words.noApplications}</p>}
      <ul class={layout.list}>
        {state.waiting.value.map(({ user, at, eligibility: { eligible } }) => (
          <li key={user.id} class={layout.item}>
            <div class={layout.row}>
              <strong>{`${user.display_name} (${user.handle})`}</strong>
              <Badge tone={eligible ? "good" : "warn"}>{eligible ? words.fits : words.fitsNot}</Badge>
            </div>
            <span class={`${layout.muted} ${layout.small}`}>{words.appliedOn(formatTime(at))}</span>
            <div class={layout.row}>
              <Button look="primary" busy={task.busy.value} onClick={() => task.run(() => state.grant(user.id))}>
                {words.grant}
              </Button>
              <Button onClick={() => (refusing.value = user)}>{words.refuse}</Button>
            </div>
          </li>
        ))}
      </ul>
      <ErrorNote error={task.error.value} />
      {person && (
        <ReasonDialog
          title={words.refuseTitle(person.display_name)}
          action={words.refuse}
          onSend={(reason) => state.refuse(person.id, reason)}
          onClose={() => (refusing.value = null)}
        />
      )}
    </section>
  );
}
