// Deleting one's account: what goes and what stays is said before, and the password is asked for.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatMoney } from "../core/money.ts";
import type { User } from "../core/protocol.ts";
import type { Departure } from "../state/departure.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { CheckField, TextField } from "../ui/Field.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { me } from "../ui/meStrings.ts";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { text } from "../ui/strings.ts";

interface DeleteProps {
  readonly departure: Departure;
  readonly user: User;
  readonly onLeft: () => void;
}

export function DeleteSection({ departure, user, onLeft }: DeleteProps) {
  const asking = useSignal(false);
  const staff = user.role === "moderator" || user.role === "admin";
  return (
    <section class={layout.card} aria-labelledby="delete">
      <h2 id="delete">{me.remove}</h2>
      <h3>{me.goes}</h3>
      <ul class={layout.bullets}>
        {me.going.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      <h3>{me.stays}</h3>
      <ul class={layout.bullets}>
        {me.staying.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      {staff ? (
        <Note>{me.staff}</Note>
      ) : (
        <div class={layout.row}>
          <Button look="danger" onClick={() => (asking.value = true)}>
            {me.removeStart}
          </Button>
        </div>
      )}
      {asking.value && <DeleteDialog departure={departure} onLeft={onLeft} onClose={() => (asking.value = false)} />}
    </section>
  );
}

interface DialogProps {
  readonly departure: Departure;
  readonly onLeft: () => void;
  readonly onClose: () => void;
}

function DeleteDialog({ departure, onLeft, onClose }: DialogProps) {
  const task = useTask();
  const left = departure.left.value;
  useEffect(() => void task.run(() => departure.open()), []);
  const refused = task.error.value && me.refusals[task.error.value.code];
  return (
    <Dialog title={me.removeTitle} onClose={onClose}>
      <form
        class={layout.stack}
        onSubmit={(event) => {
          event.preventDefault();
          const data = new FormData(event.currentTarget);
          void task.run(async () => {
            await departure.leave(entry(data, "password"), data.has("give_up"));
            onLeft();
          });
        }}
      >
        <p>{me.noWayBack}</p>
        {left.length > 0 && (
          <CheckField
            label={me.giveUp(left.map((money) => formatMoney(money)).join(", "))}
            name="give_up"
            value="1"
            required
          />
        )}
        <TextField
          label={me.password}
          hint={me.passwordHint}
          name="password"
          type="password"
          required
          autocomplete="current-password"
        />
        {refused ? (
          <div role="alert">
            <Note tone="bad">{refused}</Note>
          </div>
        ) : (
          <ErrorNote error={task.error.value} />
        )}
        <div class={layout.actions}>
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button type="submit" look="danger" busy={task.busy.value}>
            {me.removeNow}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
