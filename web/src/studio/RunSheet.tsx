// What comes next in the show: one button and one key, for a host who looks at the camera.
import { useEffect, useRef } from "preact/hooks";
import type { Hosting } from "../state/hosting.ts";
import { nextOf } from "../state/runSheet.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { next as nextSign } from "../ui/icons.ts";
import layout from "../ui/layout.module.css";
import { useNarrow } from "../ui/narrow.ts";
import { studioText } from "../ui/studioStrings.ts";

interface RunSheetProps {
  readonly hosting: Hosting;
  readonly busy: boolean;
  readonly onShow: (product: string) => void;
}

export function RunSheet({ hosting, busy, onShow }: RunSheetProps) {
  const { bag } = hosting.room;
  const show = useRef<(step: 1 | -1) => void>(() => undefined);
  const products = bag.products.value;
  const shown = bag.showing.value?.id ?? null;
  const narrow = useNarrow();
  show.current = (step) => {
    const wanted = nextOf(products, shown, step);
    if (wanted && !busy) onShow(wanted.id);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!meantForPage(event)) return;
      if (event.key === "n") show.current(1);
      if (event.key === "p") show.current(-1);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  // On a phone, which has no keys, the button is in the bar below the page.
  if (products.length < 2 || narrow.value) return null;
  return (
    <div class={layout.item}>
      <NextButton hosting={hosting} busy={busy} onShow={onShow} />
      <p class={`${layout.muted} ${layout.small}`}>{studioText.sheet.hint}</p>
    </div>
  );
}

/** Nothing where there is only one to show. */
export function NextButton({ hosting, busy, onShow }: RunSheetProps) {
  const { products, showing } = hosting.room.bag;
  const next = nextOf(products.value, showing.value?.id ?? null);
  if (products.value.length < 2) return null;
  return (
    <Button look="primary" busy={busy} disabled={next === null} onClick={() => next && onShow(next.id)}>
      <Icon of={nextSign} /> {next ? studioText.sheet.next(next.title) : studioText.sheet.end}
    </Button>
  );
}

/** Not while somebody types or a dialog is open; a key with Ctrl is the browser's; a key that is held down counts once. */
function meantForPage(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return false;
  const target = event.target as HTMLElement;
  return (
    !target.closest("input, textarea, select, [contenteditable]") && document.querySelector("dialog[open]") === null
  );
}
