// Form controls with their label, their hint and what is wrong with them. Native elements: the browser checks and speaks
// the label. Inside a Form (Form.tsx) each finds its fault by its name.
import type { ReadonlySignal } from "@preact/signals";
import { type ComponentChildren, createContext, type InputHTMLAttributes, type TextareaHTMLAttributes } from "preact";
import { useContext, useId } from "preact/hooks";
import styles from "./Field.module.css";

interface Labelled {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with it; the form around knows it by the control's name. */
  readonly fault?: string | undefined;
}

export const FaultsAround = createContext<ReadonlySignal<Readonly<Record<string, string>>> | null>(null);

/** What the form around has to say of the control of that name. */
export function useFault(name: unknown): string | undefined {
  const faults = useContext(FaultsAround);
  return typeof name === "string" ? faults?.value[name] : undefined;
}

export function TextField({ label, hint, fault, ...rest }: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  const about = useAbout({ label, hint, fault }, rest.name);
  return (
    <Framed {...about}>
      <input {...rest} {...about.control} />
    </Framed>
  );
}

export function TextArea({ label, hint, fault, ...rest }: Labelled & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const about = useAbout({ label, hint, fault }, rest.name);
  return (
    <Framed {...about}>
      <textarea {...rest} {...about.control} />
    </Framed>
  );
}

interface SelectProps extends Labelled {
  /** value → what the person reads, in this order */
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly name?: string;
  readonly value?: string;
  readonly required?: boolean;
  readonly onPick?: (value: string) => void;
}

export function SelectField({ options, name, value, required = false, onPick, ...labelled }: SelectProps) {
  const about = useAbout(labelled, name);
  return (
    <Framed {...about}>
      <select
        name={name}
        required={required}
        onChange={({ currentTarget }) => onPick?.(currentTarget.value)}
        {...about.control}
      >
        {options.map(([option, name]) => (
          <option key={option} value={option} selected={option === value}>
            {name}
          </option>
        ))}
      </select>
    </Framed>
  );
}

interface CheckProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly checked?: boolean;
  readonly required?: boolean;
}

export function CheckField({ label, name, value, checked = false, required = false }: CheckProps) {
  const id = useId();
  // Only one that has to be ticked can be at fault; of several under one name the group is: see FieldGroup.
  const found = useFault(name);
  const fault = required ? found : undefined;
  return (
    <div>
      <label class={styles.check}>
        <input
          type="checkbox"
          name={name}
          value={value}
          defaultChecked={checked}
          required={required}
          {...described(id, undefined, fault)}
        />
        <span>{label}</span>
      </label>
      <Fault id={id} fault={fault} />
    </div>
  );
}

interface GroupProps {
  readonly legend: string;
  /** What the server calls what is chosen in it. */
  readonly name: string;
  readonly children: ComponentChildren;
}

/** Controls that are at fault together, such as boxes of which one has to be ticked. */
export function FieldGroup({ legend, name, children }: GroupProps) {
  const id = useId();
  const fault = useFault(name);
  const at = fault === undefined ? {} : { "aria-describedby": `${id}-fault`, "data-fault": "", tabIndex: -1 };
  return (
    <fieldset name={name} class={styles.group} {...at}>
      <legend>{legend}</legend>
      <Fault id={id} fault={fault} />
      {children}
    </fieldset>
  );
}

interface About extends Labelled {
  readonly id: string;
}

/** What a control is told by, and what stands around it. */
function useAbout({ label, hint, fault }: Labelled, name: unknown) {
  const id = useId();
  const found = useFault(name);
  const said = fault ?? found;
  return { id, label, hint, fault: said, control: { id, class: styles.control, ...described(id, hint, said) } };
}

function Framed({ id, label, hint, fault, children }: About & { readonly children: ComponentChildren }) {
  return (
    <div class={styles.field}>
      <label for={id} class={styles.label}>
        {label}
      </label>
      {children}
      <Fault id={id} fault={fault} />
      {hint !== undefined && (
        <span id={`${id}-hint`} class={styles.hint}>
          {hint}
        </span>
      )}
    </div>
  );
}

/** Read out at once: the focus may be in the control already. */
export function Fault({ id, fault }: { readonly id: string; readonly fault: string | undefined }) {
  if (fault === undefined) return null;
  return (
    <span id={`${id}-fault`} role="alert" class={styles.fault}>
      {fault}
    </span>
  );
}

export function described(id: string, hint: string | undefined, fault: string | undefined) {
  const by = [...(fault === undefined ? [] : [`${id}-fault`]), ...(hint === undefined ? [] : [`${id}-hint`])];
  return {
    ...(by.length > 0 && { "aria-describedby": by.join(" ") }),
    ...(fault !== undefined && { "aria-invalid": true }),
  };
}
