// Cohorts of invited people: how many are in each, who they are, inviting and removing.
import { useSignal } from "@preact/signals";
import type { Person } from "../core/protocol.ts";
import { type Eligibility, handlesIn } from "../state/eligibility.ts";
import { Button } from "../ui/Button.tsx";
import { eligibility } from "../ui/eligibilityStrings.ts";
import { TextArea, TextField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { Badge, ErrorNote } from "../ui/Note.tsx";
import { ReasonDialog } from "./ReasonDialog.tsx";

const words = eligibility.desk;

export function Cohorts({ state }: { readonly state: Eligibility }) {
  const task = useTask();
  const open = state.open.value;
  return (
    <section class={layout.card} aria-label={words.cohorts}>
      <h3>{words.cohorts}</h3>
      {state.cohorts.value.length === 0 && <p class={layout.empty}>{words.noCohorts}</p>}
      <ul class={layout.list}>
        {state.cohorts.value.map(({ name, people, let_in }) => (
          <li key={name} class={layout.between}>
            <span class={layout.row}>
              <strong>{name}</strong>
              <span>{words.people(people)}</span>
              {!let_in && <Badge tone="warn">{words.notLetIn}</Badge>}
            </span>
            <Button small busy={task.busy.value} onClick={() => task.run(() => state.choose(name))}>
              {words.show}
            </Button>
          </li>
        ))}
      </ul>
      <ErrorNote error={task.error.value} />
      {open !== null && <Members state={state} cohort={open} />}
      <InviteForm state={state} />
    </section>
  );
}

function Members({ state, cohort }: { readonly state: Eligibility; readonly cohort: string }) {
  const leaving = useSignal<Person | null>(null);
  const person = leaving.value;
  return (
    <div class={layout.item}>
      <h4>{cohort}</h4>
      {state.members.value.length === 0 && <p class={layout.muted}>{words.nobody}</p>}
      <ul class={layout.list}>
        {state.members.value.map(({ user }) => (
          <li key={user.id} class={layout.between}>
            <span>{`${user.display_name} (${user.handle})`}</span>
            <Button small onClick={() => (leaving.value = user)}>
              {words.remove}
            </Button>
          </li>
        ))}
      </ul>
      {person && (
        <ReasonDialog
          title={words.removeTitle(person.display_name)}
          action={words.remove}
          onSend={(reason) => state.remove(cohort, person.id, reason)}
          onClose={() => (leaving.value = null)}
        />
      )}
    </div>
  );
}

const ABOUT = { not_a_viewer: "people" };

function InviteForm({ state }: { readonly state: Eligibility }) {
  const task = useTask();
  const invite = async (data: FormData, form: HTMLFormElement) => {
    const people = handlesIn(entry(data, "people"));
    if (await task.run(() => state.invite(entry(data, "cohort"), people, entry(data, "reason")))) form.reset();
  };
  return (
    <Form error={task.error.value} onSend={invite} about={ABOUT}>
      <TextField
        label={words.cohort}
        hint={words.cohortHint}
        name="cohort"
        required
        pattern="[a-z0-9]([a-z0-9\-]{0,38}[a-z0-9])?"
        defaultValue={state.rules.value?.cohorts[0] ?? "invited"}
      />
      <TextArea label={words.handles} hint={words.handlesHint} name="people" required />
      <TextField label={words.reason} hint={words.reasonHint} name="reason" required maxLength={500} />
      <div class={layout.actions}>
        <Button type="submit" busy={task.busy.value}>
          {words.invite}
        </Button>
      </div>
    </Form>
  );
}
