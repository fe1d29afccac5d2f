// How many: a number between − and +, which may be typed too. What is wrong with it stands below it.
import { useId } from "preact/hooks";
import { stepped } from "../state/units.ts";
import { buyText } from "./buyStrings.ts";
import field from "./Field.module.css";
import { described, Fault } from "./Field.tsx";
import { Icon, type Sign } from "./Icon.tsx";
import { minus, plus } from "./icons.ts";
import styles from "./Stepper.module.css";

interface StepperProps {
  readonly label: string;
  /** For who hears the page, where several of them have the same label. */
  readonly name?: string;
  /** NaN: what was typed is no number. */
  readonly value: number;
  readonly most: number;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
  readonly onInput: (value: number) => void;
  /** The person is done with it for now: left the field, or pressed a button. */
  readonly onDone?: (value: number) => void;
}

export function Stepper({ label, name = label, value, most, hint, fault, onInput, onDone }: StepperProps) {
  const id = useId();
  const step = (by: 1 | -1) => {
    const next = stepped(value, by, most);
    onInput(next);
    onDone?.(next);
  };
  return (
    <div class={styles.field}>
      <label for={id} class={field.label}>
        {label}
      </label>
      <span class={styles.row} data-wrong={fault !== undefined}>
        <Step sign={minus} name={buyText.less(name)} off={value <= 1} onClick={() => step(-1)} />
        <input
          id={id}
          class={styles.number}
          type="number"
          inputMode="numeric"
          autocomplete="off"
          aria-label={name === label ? undefined : name}
          {...described(id, fault === undefined ? hint : undefined, fault)}
          min={1}
          max={Math.max(1, most)}
          step={1}
          value={Number.isNaN(value) ? "" : value}
          onInput={({ currentTarget }) => onInput(currentTarget.valueAsNumber)}
          onChange={({ currentTarget }) => onDone?.(currentTarget.valueAsNumber)}
        />
        <Step sign={plus} name={buyText.more(name)} off={value >= most} onClick={() => step(1)} />
      </span>
      <Fault id={id} fault={fault} />
      {hint !== undefined && fault === undefined && (
        <span id={`${id}-hint`} class={field.hint}>
          {hint}
        </span>
      )}
    </div>
  );
}

interface StepProps {
  readonly sign: Sign;
  readonly name: string;
  readonly off: boolean;
  readonly onClick: () => void;
}

/** Not `disabled` at the end: the finger or the focus that is on it would be lost. */
function Step({ sign, name, off, onClick }: StepProps) {
  return (
    <button type="button" class={styles.step} aria-label={name} aria-disabled={off} onClick={() => off || onClick()}>
      <Icon of={sign} />
    </button>
  );
}
