// Logging in and registering, in one dialog.
import { useSignal } from "@preact/signals";
import type { Account } from "../state/account.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { TextField } from "./Field.tsx";
import { Form } from "./Form.tsx";
import { entry, useTask } from "./form.ts";
import { signIn as words } from "./signInStrings.ts";
import { text } from "./strings.ts";

export function SignIn({ account }: { readonly account: Account }) {
  const registering = useSignal(false);
  const title = registering.value ? words.register : text.account.signIn;
  return (
    <Dialog title={title} onClose={() => account.dismiss()}>
      <SignInForm key={title} account={account} registering={registering.value} />
      <Button look="quiet" onClick={() => (registering.value = !registering.value)}>
        {registering.value ? words.toSignIn : words.toRegister}
      </Button>
    </Dialog>
  );
}

/** What is wrong with the two together stands beside the one to type again. */
const ABOUT = { bad_credentials: "password", handle_taken: "handle" };

function SignInForm({ account, registering }: { readonly account: Account; readonly registering: boolean }) {
  const task = useTask();
  const submit = (data: FormData) => {
    const handle = entry(data, "handle");
    // Passwords are taken as they are: a space at the end may be meant.
    const password = String(data.get("password") ?? "");
    return task.run(() =>
      registering
        ? account.register(handle, password, entry(data, "display_name") || handle)
        : account.signIn(handle, password),
    );
  };
  return (
    <Form error={task.error.value} onSend={submit} about={ABOUT}>
      <TextField
        label={words.handle}
        name="handle"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        required
        {...(registering ? { hint: words.handleHint } : {})}
      />
      {registering && <TextField label={words.displayName} name="display_name" autocomplete="nickname" />}
      <TextField
        label={words.password}
        name="password"
        type="password"
        autocomplete={registering ? "new-password" : "current-password"}
        required
        {...(registering ? { hint: words.passwordHint } : {})}
      />
      <Button type="submit" look="primary" busy={task.busy.value}>
        {registering ? words.register : text.account.signIn}
      </Button>
    </Form>
  );
}
