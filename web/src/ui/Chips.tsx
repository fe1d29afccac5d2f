// One of a few, all in sight: radio buttons that look like chips. The arrow keys go from one to the next that may be taken.
import { useId } from "preact/hooks";
import styles from "./Chips.module.css";

export interface Chip {
  readonly value: string;
  readonly label: string;
  /** Beside the label, quieter: a price. */
  readonly aside?: string;
  /** Why it cannot be taken; it stands there all the same. */
  readonly gone?: string | null;
}

interface ChipsProps {
  readonly label: string;
  readonly chips: readonly Chip[];
  readonly value: string;
  readonly onPick: (value: string) => void;
}

export function Chips({ label, chips, value, onPick }: ChipsProps) {
  const name = useId();
  return (
    <fieldset class={styles.group}>
      <legend class={styles.label}>{label}</legend>
      {chips.map((chip) => (
        <label key={chip.value} class={styles.chip}>
          <input
            type="radio"
            name={name}
            value={chip.value}
            checked={chip.value === value}
            // So that a form that is emptied after it was sent leaves the choice as it is.
            defaultChecked={chip.value === value}
            // The one that is chosen stays so when the last one goes: the page says what happened, and the focus is kept.
            disabled={Boolean(chip.gone) && chip.value !== value}
            onChange={() => onPick(chip.value)}
          />
          <span class={chip.gone ? `${styles.face} ${styles.gone}` : styles.face}>
            <span class={styles.name}>{chip.label}</span>
            {chip.aside !== undefined && <span class={styles.aside}>{chip.aside}</span>}
            {chip.gone && <small>{chip.gone}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
