// Form controls with their label and hint. Native elements: the browser checks, moves the focus and speaks the label.
import type { InputHTMLAttributes, TextareaHTMLAttributes } from "preact";
import { useId } from "preact/hooks";
import styles from "./Field.module.css";

interface Labelled {
  readonly label: string;
  readonly hint?: string;
}

export function TextField({ label, hint, ...rest }: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div class={styles.field}>
      <Label id={id} label={label} />
      <input {...rest} id={id} class={styles.control} {...described(id, hint)} />
      <Hint id={id} hint={hint} />
    </div>
  );
}

export function TextArea({ label, hint, ...rest }: Labelled & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <div class={styles.field}>
      <Label id={id} label={label} />
      <textarea {...rest} id={id} class={styles.control} {...described(id, hint)} />
      <Hint id={id} hint={hint} />
    </div>
  );
}

interface SelectProps extends Labelled {
  /** value → what the person reads, in this order */
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly name?: string;
  readonly value?: string;
  readonly onPick?: (value: string) => void;
}

export function SelectField({ label, hint, options, name, value, onPick }: SelectProps) {
  const id = useId();
  return (
    <div class={styles.field}>
      <Label id={id} label={label} />
      <select
        id={id}
        name={name}
        class={styles.control}
        onChange={({ currentTarget }) => onPick?.(currentTarget.value)}
        {...described(id, hint)}
      >
        {options.map(([option, name]) => (
          <option key={option} value={option} selected={option === value}>
            {name}
          </option>
        ))}
      </select>
      <Hint id={id} hint={hint} />
    </div>
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
  return (
    <label class={styles.check}>
      <input type="checkbox" name={name} value={value} defaultChecked={checked} required={required} />
      <span>{label}</span>
    </label>
  );
}

function Label({ id, label }: { readonly id: string; readonly label: string }) {
  return (
    <label for={id} class={styles.label}>
      {label}
    </label>
  );
}

function Hint({ id, hint }: { readonly id: string; readonly hint: string | undefined }) {
  if (hint === undefined) return null;
  return (
    <span id={`${id}-hint`} class={styles.hint}>
      {hint}
    </span>
  );
}

function described(id: string, hint: string | undefined) {
  return hint === undefined ? {} : { "aria-describedby": `${id}-hint` };
}
