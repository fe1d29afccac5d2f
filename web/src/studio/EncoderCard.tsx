// Broadcasting with another program: the address, and a key that is shown once and can be made anew.
import { useSignal } from "@preact/signals";
import type { Publication } from "../core/rest.ts";
import type { Hosting } from "../state/hosting.ts";
import { Button } from "../ui/Button.tsx";
import { TextField } from "../ui/Field.tsx";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { studioText } from "../ui/studioStrings.ts";

export function EncoderCard({ hosting }: { readonly hosting: Hosting }) {
  const task = useTask();
  const made = useSignal<Publication | null>(null);
  const exists = useSignal(false);
  const words = studioText.encoder;
  const make = () =>
    task.run(async () => {
      made.value = await hosting.makeKey();
      exists.value = true;
    });
  const remove = () =>
    task.run(async () => {
      await hosting.removeKey();
      made.value = null;
      exists.value = false;
    });
  const look = (opened: boolean) =>
    opened &&
    void task.run(async () => {
      exists.value = await hosting.hasKey();
    });
  const publication = made.value;
  return (
    <details class={layout.card} onToggle={({ currentTarget }) => look(currentTarget.open)}>
      <summary>
        <strong>{words.title}</strong>
      </summary>
      <div class={layout.stack}>
        <p>{words.body}</p>
        {publication && (
          <>
            <Copied label={words.server} value={new URL(publication.whip_url, location.href).href} />
            <Copied label={words.key} value={publication.publish_token} />
            <Note tone="warn">{words.once}</Note>
          </>
        )}
        <ErrorNote error={task.error.value} />
        {exists.value && <p>{words.ends}</p>}
        <div class={layout.row}>
          <Button small busy={task.busy.value} onClick={make}>
            {exists.value ? words.renew : words.make}
          </Button>
          {exists.value && (
            <Button small busy={task.busy.value} onClick={remove}>
              {words.remove}
            </Button>
          )}
        </div>
        <p class={`${layout.muted} ${layout.small}`}>{words.hint}</p>
      </div>
    </details>
  );
}

function Copied({ label, value }: { readonly label: string; readonly value: string }) {
  const copied = useSignal("");
  const copy = () => navigator.clipboard.writeText(value).then(() => (copied.value = value));
  return (
    <div class={layout.beside}>
      <TextField label={label} value={value} readOnly onFocus={({ currentTarget }) => currentTarget.select()} />
      {navigator.clipboard && (
        <Button aria-label={`${studioText.encoder.copy}: ${label}`} onClick={copy}>
          {studioText.encoder.copy}
        </Button>
      )}
      <span role="status">{copied.value === value && studioText.encoder.copied}</span>
    </div>
  );
}
