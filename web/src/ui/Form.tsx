// A form that says beside each control what is wrong with it: by the browser's checks before it is sent, and by what was
// refused. What was typed stays; the first control at fault gets the focus; a fault goes when its control is edited.
import { useSignal } from "@preact/signals";
import type { FormHTMLAttributes, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ApiError } from "../core/errors.ts";
import { Button, type ButtonLook } from "./Button.tsx";
import { FaultsAround } from "./Field.tsx";
import { type Faults, faultOf, placed } from "./faults.ts";
import layout from "./layout.module.css";
import { ErrorNote } from "./Note.tsx";
import { errorText, text } from "./strings.ts";

interface FormProps extends Omit<FormHTMLAttributes<HTMLFormElement>, "onSubmit" | "about"> {
  /** Why it was refused: see faults.ts for what is said beside its field. */
  readonly error: ApiError | null;
  readonly onSend: (data: FormData, form: HTMLFormElement) => unknown;
  /** Fields and codes of the server → the control that they are about, where its name is another. */
  readonly about?: Readonly<Record<string, string>>;
  /** What fields in minor units are in. */
  readonly currency?: string | null;
  /** For who has to find its controls. */
  readonly element?: RefObject<HTMLFormElement | null>;
  /** Words for a refusal, where the usual ones say too little. */
  readonly told?: (error: ApiError) => string;
}

export function Form({ error, onSend, about = {}, currency = null, told = errorText, ...more }: FormProps) {
  const own = useRef<HTMLFormElement>(null);
  const { element = own, children, ...rest } = more;
  const pressed = useRef<HTMLElement | null>(null);
  const faults = useSignal<Faults>({});
  const above = useSignal<ApiError | null>(null);
  /** Counts refusals: each moves the focus, which an edit does not. */
  const refused = useSignal(0);
  const show = (found: Faults, others: ApiError | null) => {
    faults.value = found;
    above.value = others;
    if (others !== null || Object.keys(found).length > 0) refused.value += 1;
  };
  useEffect(() => {
    const form = element.current;
    if (!form || error === null) {
      above.value = null;
      return;
    }
    const names = new Set(controls(form).map(({ name }) => name));
    const found = placed(error, { names, about, currency, told });
    show(found.faults, found.rest);
  }, [error]);
  useEffect(() => {
    if (refused.value > 0) goTo(element.current, pressed.current);
  }, [refused.value]);
  return (
    <form
      class={layout.stack}
      {...rest}
      ref={element}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        pressed.current = event.submitter;
        const found = wrongIn(form);
        show(found, null);
        if (Object.keys(found).length === 0) onSend(new FormData(form, event.submitter), form);
      }}
      onInput={({ target }) => {
        const { name } = target as HTMLInputElement;
        if (faults.value[name] === undefined) return;
        const { [name]: _, ...others } = faults.value;
        faults.value = others;
      }}
    >
      <ErrorNote error={above.value} told={told} />
      <FaultsAround.Provider value={faults}>{children}</FaultsAround.Provider>
    </form>
  );
}

interface FormEndProps {
  readonly action: string;
  readonly busy: boolean;
  readonly look?: ButtonLook;
  /** With a button that closes the dialog which the form stands in. */
  readonly onCancel?: () => void;
}

/** The last line of a form: what it does, and the way out. */
export function FormEnd({ action, busy, look = "primary", onCancel }: FormEndProps) {
  return (
    <div class={layout.actions}>
      {onCancel && <Button onClick={onCancel}>{text.cancel}</Button>}
      <Button type="submit" look={look} busy={busy}>
        {action}
      </Button>
    </div>
  );
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement | HTMLFieldSetElement;

function controls(form: HTMLFormElement): Control[] {
  return [...form.elements].filter((each): each is Control => !(each instanceof HTMLButtonElement) && "name" in each);
}

function wrongIn(form: HTMLFormElement): Faults {
  const found: Record<string, string> = {};
  for (const control of controls(form)) {
    if (control.willValidate && !control.validity.valid) found[control.name] ??= faultOf(control as HTMLInputElement);
  }
  return found;
}

/** To the first control at fault; else what is said above comes into sight, and who pressed a button is still there. */
function goTo(form: HTMLFormElement | null, pressed: HTMLElement | null): void {
  const first = form?.querySelector<HTMLElement>("[aria-invalid=true], [data-fault]");
  if (first) {
    first.focus();
    return;
  }
  form?.firstElementChild?.scrollIntoView({ block: "nearest" });
  if (document.activeElement === document.body) pressed?.focus({ preventScroll: true });
}
