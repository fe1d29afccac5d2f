// What comes next in the show: one button and one key, for a host who looks at the camera.
import { useEffect, useRef } from "preact/hooks";
import type { Hosting } from "../state/hosting.ts";
import { nextOf } from "../state/runSheet.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import layout from "../ui/layout.module.css";
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
  const next = nextOf(products, shown);
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
  if (products.length < 2) return null;
  return (
    <div class={layout.item}>
      <Button look="primary" busy={busy} disabled={next === null} onClick={() => show.current(1)}>
        <Icon name="next" /> {next ? studioText.sheet.next(next.title) : studioText.sheet.end}
      </Button>
      <p class={`${layout.muted} ${layout.small}`}>{studioText.sheet.hint}</p>
    </div>
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
