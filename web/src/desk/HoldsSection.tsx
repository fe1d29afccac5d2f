// Legal holds, for admins: what is on hold, putting something on and lifting it; and how long the rest is kept.
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { HoldKind, LegalHold } from "../core/retention.ts";
import { Holds } from "../state/holds.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { deskText } from "../ui/deskStrings.ts";
import { SelectField, TextArea, TextField } from "../ui/Field.tsx";
import { Form, FormEnd } from "../ui/Form.tsx";
import { entry, sendByKey, useTask } from "../ui/form.ts";
import { holdText as words } from "../ui/holdStrings.ts";
import layout from "../ui/layout.module.css";
import { Badge, ErrorNote } from "../ui/Note.tsx";
import { errorText, formatTime, text } from "../ui/strings.ts";
import { useDesk } from "./context.ts";
import { KeptKinds } from "./KeptKinds.tsx";
import { useKeys } from "./keys.ts";
import { ReasonDialog } from "./ReasonDialog.tsx";

export function HoldsSection() {
  const { http, toasts } = useDesk();
  const state = useMemo(() => new Holds(http), []);
  const placing = useSignal(false);
  const lifting = useSignal<LegalHold | null>(null);
  const known = state.holds.value;
  const chosen = known?.find(({ id }) => id === state.chosen.value) ?? null;
  useEffect(() => void state.refresh(), []);
  useKeys(deskText.sections.holds, [
    { press: "j", meaning: deskText.keys.next, run: () => state.move(1) },
    { press: "k", meaning: deskText.keys.previous, run: () => state.move(-1) },
    { press: "n", meaning: words.meanings.place, run: () => (placing.value = true) },
    { press: "x", meaning: words.meanings.lift, run: () => (lifting.value = chosen) },
  ]);
  const hold = lifting.value;
  return (
    <div class={layout.stack}>
      <ErrorNote error={state.error.value} />
      <section class={layout.card} aria-label={deskText.sections.holds}>
        <div class={layout.between}>
          <h2>{known === null ? text.loading : words.holds(known.length, !state.complete)}</h2>
          <Button look="primary" onClick={() => (placing.value = true)}>
            {words.place}
          </Button>
        </div>
        {known?.length === 0 && (
          <div class={layout.empty}>
            <p>{words.none}</p>
            <p>{words.noneHint}</p>
          </div>
        )}
        <HoldList state={state} onLift={(each) => (lifting.value = each)} />
      </section>
      <KeptKinds kinds={state.kinds.value} />
      {placing.value && (
        <PlaceDialog
          state={state}
          onPlaced={() => {
            placing.value = false;
            toasts.say(words.placed, "good");
          }}
          onClose={() => (placing.value = false)}
        />
      )}
      {hold && (
        <ReasonDialog
          title={words.liftTitle(nameOf(hold))}
          about={words.liftAbout}
          action={words.lift}
          onSend={async (reason) => {
            await state.lift(hold, reason);
            toasts.say(words.lifted, "good");
          }}
          onClose={() => (lifting.value = null)}
        />
      )}
    </div>
  );
}

function nameOf(hold: LegalHold): string {
  return hold.name || hold.subject;
}

interface HoldListProps {
  readonly state: Holds;
  readonly onLift: (hold: LegalHold) => void;
}

function HoldList({ state, onLift }: HoldListProps) {
  const list = useRef<HTMLUListElement>(null);
  const task = useTask();
  const chosen = state.chosen.value;
  useEffect(() => list.current?.querySelector<HTMLElement>("[aria-current=true] button")?.focus(), [chosen]);
  return (
    <>
      <ul ref={list} class={layout.list}>
        {state.holds.value?.map((hold) => (
          <li key={hold.id} class={layout.between} aria-current={hold.id === chosen}>
            <div class={layout.tight}>
              <span class={layout.row}>
                <Badge>{words.kinds[hold.kind]}</Badge>
                <strong class={layout.breaking}>{nameOf(hold)}</strong>
              </span>
              <span class={layout.prose} dir="auto">
                {hold.reason}
              </span>
              <span class={`${layout.muted} ${layout.small}`}>
                {words.by(hold.by?.display_name ?? "", formatTime(hold.at))}
              </span>
            </div>
            <Button small onClick={() => onLift(hold)} aria-label={`${words.lift}: ${nameOf(hold)}`}>
              {words.lift}
            </Button>
          </li>
        ))}
      </ul>
      {!state.complete && (
        <Button busy={task.busy.value} onClick={() => task.run(() => state.more())}>
          {deskText.more}
        </Button>
      )}
      <ErrorNote error={task.error.value} />
    </>
  );
}

/** Refusals that are about what was named, and not about the form as a whole. */
const ABOUT = { not_found: "subject", already_held: "subject" };

interface PlaceProps {
  readonly state: Holds;
  readonly onPlaced: () => void;
  readonly onClose: () => void;
}

function PlaceDialog({ state, onPlaced, onClose }: PlaceProps) {
  const task = useTask();
  const kinds = Object.entries(words.kinds);
  const place = async (data: FormData) => {
    const kind = entry(data, "kind") as HoldKind;
    if (await task.run(() => state.place(kind, entry(data, "subject"), entry(data, "reason")))) onPlaced();
  };
  return (
    <Dialog title={words.placeTitle} onClose={onClose}>
      <Form
        error={task.error.value}
        onSend={place}
        about={ABOUT}
        told={(error) => words.refusals[error.code] ?? errorText(error)}
        onKeyDown={sendByKey}
      >
        <SelectField label={words.kind} name="kind" options={kinds} />
        <TextField
          label={words.subject}
          hint={words.subjectHint}
          name="subject"
          required
          autocapitalize="off"
          autocomplete="off"
          spellcheck={false}
        />
        <TextArea label={words.reason} hint={words.reasonHint} name="reason" required maxLength={500} />
        <FormEnd action={words.place} busy={task.busy.value} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
