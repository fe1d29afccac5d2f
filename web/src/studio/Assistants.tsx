// Whom the host lets work in his show, or in all of them: appointed by handle, with what each may do.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Http } from "../core/http.ts";
import { type Assistant, Moderation } from "../state/moderation.ts";
import { Button } from "../ui/Button.tsx";
import { CheckField, FieldGroup, TextField } from "../ui/Field.tsx";
import { Fold } from "../ui/Fold.tsx";
import { Form } from "../ui/Form.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { modText } from "../ui/modStrings.ts";

const USUAL = new Set(["mute", "delete", "held"]);

/** Whom nobody knows, or who cannot be appointed. */
const ABOUT = { not_found: "handle", permissions: "duty", staff: "handle" };

export function Assistants({ show }: { readonly show: string }) {
  const moderation = useSignal(new Moderation(new Http(), show)).value;
  const task = useTask();
  useEffect(() => void task.run(() => moderation.readAssistants()), []);
  const appoint = async (data: FormData, form: HTMLFormElement) => {
    const duties = data.getAll("duty").map(String);
    const all = data.get("all") !== null;
    if (await task.run(() => moderation.appoint(entry(data, "handle"), duties, all))) form.reset();
  };
  const helpers = moderation.assistants.value;
  return (
    <Fold title={modText.assistants}>
      <p class={layout.muted}>{helpers.length === 0 ? modText.noAssistants : modText.assistantsHint}</p>
      <ul class={layout.list}>
        {helpers.map((each) => (
          <li key={`${each.user.id} ${each.all_shows}`} class={layout.between}>
            <span>{told(each)}</span>
            <Button
              small
              look="quiet"
              busy={task.busy.value}
              onClick={() => task.run(() => moderation.dismiss(each.user.id))}
            >
              {modText.dismiss(each.user.display_name)}
            </Button>
          </li>
        ))}
      </ul>
      <Form error={task.error.value} onSend={appoint} about={ABOUT}>
        <TextField label={modText.handle} name="handle" required autocomplete="off" maxLength={32} />
        <FieldGroup legend={modText.may} name="duty">
          {Object.entries(modText.duties).map(([duty, label]) => (
            <CheckField key={duty} label={label} name="duty" value={duty} checked={USUAL.has(duty)} />
          ))}
        </FieldGroup>
        <CheckField label={modText.allShows} name="all" value="1" />
        <Button type="submit" busy={task.busy.value}>
          {modText.appoint}
        </Button>
      </Form>
    </Fold>
  );
}

function told({ user, permissions, all_shows }: Assistant): string {
  const duties = permissions.map((duty) => modText.duties[duty] ?? duty).join(", ");
  return `${user.display_name}: ${duties}${all_shows ? ` (${modText.inAllShows})` : ""}`;
}
