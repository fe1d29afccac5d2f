// The quality menu on the picture: a button that says what is chosen and what arrives, and the choices as radio buttons.
import { useSignal } from "@preact/signals";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import type { Quality } from "../core/protocol.ts";
import { QUALITIES, type QualityChoice } from "../state/quality.ts";
import { useNarrow } from "../ui/narrow.ts";
import { usePressBeside } from "../ui/pressBeside.ts";
import { errorText, text } from "../ui/strings.ts";
import styles from "./QualityMenu.module.css";

interface QualityMenuProps {
  readonly choice: QualityChoice;
  /** Of the picture that arrives now; 0 while it is not known. */
  readonly lines: number;
}

export function QualityMenu({ choice, lines }: QualityMenuProps) {
  const open = useSignal(false);
  const menu = useRef<HTMLFieldSetElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  // The arrow keys choose and stay; a finger or a mouse is done with one touch.
  const pointed = useRef(false);
  const id = useId();
  const close = () => {
    // Before the focused choice goes: otherwise the focus would be lost with it.
    button.current?.focus();
    open.value = false;
  };
  usePressBeside(menu, () => (open.value = false));
  // On a phone it would stand over a good part of the picture.
  const narrow = useNarrow().value;
  const now = text.quality.now(text.quality.names[choice.wanted.value], lines);
  return (
    <fieldset
      ref={menu}
      class={styles.menu}
      onPointerDown={() => (pointed.current = true)}
      onKeyDown={(event) => {
        pointed.current = false;
        const leaving = event.key === "Escape" || (event.key === "Enter" && event.target !== button.current);
        if (!open.value || !leaving) return;
        event.preventDefault();
        close();
      }}
      onFocusOut={({ relatedTarget }) => {
        // A click beside a choice moves the focus to nothing, and is not yet a word to leave.
        if (relatedTarget && !menu.current?.contains(relatedTarget as Node)) open.value = false;
      }}
    >
      <legend class={styles.legend}>{text.quality.title}</legend>
      <button
        ref={button}
        type="button"
        class={styles.button}
        aria-label={now}
        aria-expanded={open.value}
        aria-controls={open.value ? id : undefined}
        onClick={() => (open.value = !open.value)}
      >
        {narrow && lines > 0 ? text.quality.lines(lines) : now}
      </button>
      {open.value && <Choices id={id} choice={choice} lines={lines} onPicked={() => pointed.current && close()} />}
    </fieldset>
  );
}

interface ChoicesProps extends QualityMenuProps {
  readonly id: string;
  readonly onPicked: () => void;
}

function Choices({ id, choice, lines, onPicked }: ChoicesProps) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => list.current?.querySelector<HTMLElement>("input:checked")?.focus(), []);
  const wanted = choice.wanted.value;
  const error = choice.error.value;
  return (
    <div ref={list} id={id} class={styles.list}>
      {QUALITIES.map((quality: Quality) => (
        <label key={quality} class={styles.option}>
          <input
            type="radio"
            name="quality"
            checked={quality === wanted}
            // Not onChange, which tells nothing when the same one is touched again. The arrow keys click too.
            onClick={() => {
              choice.choose(quality);
              onPicked();
            }}
          />
          <span>{text.quality.names[quality]}</span>
          {quality === wanted && lines > 0 && <span class={styles.lines}>{text.quality.lines(lines)}</span>}
        </label>
      ))}
      {error && (
        <p role="alert" class={styles.refused}>
          {errorText(error)}
        </p>
      )}
    </div>
  );
}
