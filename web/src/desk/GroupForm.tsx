// Who of the staff is in which group, and putting somebody into some.
import type { TaxonomyDesk } from "../state/taxonomy.ts";
import { Button } from "../ui/Button.tsx";
import { TextField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { taxonomy } from "../ui/taxonomyStrings.ts";

export function GroupForm({ desk }: { readonly desk: TaxonomyDesk }) {
  const task = useTask();
  const members = desk.members.value;
  return (
    <section class={layout.card} aria-label={taxonomy.groups}>
      <h2>{taxonomy.groups}</h2>
      <p class={layout.muted}>{taxonomy.groupsAbout}</p>
      {members.length === 0 && <p class={layout.empty}>{taxonomy.noGroups}</p>}
      <ul>
        {members.map(({ user, groups }) => (
          <li key={user.id}>
            {user.display_name} ({user.handle}): {groups.join(", ")}
          </li>
        ))}
      </ul>
      <Form
        error={task.error.value}
        about={{ not_found: "handle", not_staff: "handle" }}
        onSend={(data) => {
          const groups = entry(data, "groups").split(/[\s,]+/);
          void task.run(() =>
            desk.saveGroups(
              entry(data, "handle"),
              groups.filter((group) => group !== ""),
            ),
          );
        }}
      >
        <div class={layout.pair}>
          <TextField label={taxonomy.member} name="handle" required />
          <TextField label={taxonomy.memberGroups} name="groups" />
        </div>
        <div class={layout.actions}>
          <Button type="submit" busy={task.busy.value}>
            {taxonomy.saveGroups}
          </Button>
        </div>
      </Form>
    </section>
  );
}
