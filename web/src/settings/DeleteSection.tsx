// Deleting one's account: what goes and what stays is said before, and the password is asked for.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatMoney } from "../core/money.ts";
import type { User } from "../core/protocol.ts";
import type { Departure } from "../state/departure.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { CheckField, TextField } from "../ui/Field.tsx";
import { Form, FormEnd } from "../ui/Form.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { me } from "../ui/meStrings.ts";
import { Note } from "../ui/Note.tsx";
import { errorText } from "../ui/strings.ts";

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

const ABOUT = { bad_credentials: "password", balance_left: "give_up" };

interface DialogProps {
  readonly departure: Departure;
  readonly onLeft: () => void;
  readonly onClose: () => void;
}

function DeleteDialog({ departure, onLeft, onClose }: DialogProps) {
  const task = useTask();
  const left = departure.left.value;
  useEffect(() => void task.run(() => departure.open()), []);
  return (
    <Dialog title={me.removeTitle} onClose={onClose}>
      <Form
        error={task.error.value}
        about={ABOUT}
        told={(error) => me.refusals[error.code] ?? errorText(error)}
        onSend={(data) => {
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
        <FormEnd action={me.removeNow} look="danger" busy={task.busy.value} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
