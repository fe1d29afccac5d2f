// Which of a chat's lines are in the page: its newest, or a stretch around where somebody reads. No page, no pixels.
import type { ChatLine } from "./chat.ts";

/** Of who follows, at least: more than the highest screen shows. */
export const TAIL = 50;
/** So many more before the oldest go, all at once: taking lines out costs the browser more than adding one. */
export const CUT = 30;
/** Of who reads further up; it moves in steps that are smaller by more than a screen. */
export const SPAN = 150;
export const STEP = 50;

/** Of who follows; `first` is the one that it began with until now. */
export function newest(lines: readonly ChatLine[], first: ChatLine | null): readonly ChatLine[] {
  // A line that was held back and released stands at the end now.
  const from = first === null ? 0 : Math.min(placeOf(lines, first), Math.max(0, lines.length - TAIL));
  return lines.length - from > TAIL + CUT ? lines.slice(-TAIL) : lines.slice(from);
}

/** Of who reads; `top` is the first line of the stretch. */
export function around(lines: readonly ChatLine[], top: ChatLine): readonly ChatLine[] {
  const from = Math.min(placeOf(lines, top), Math.max(0, lines.length - TAIL));
  return lines.slice(from, from + SPAN);
}

/** The top of the stretch that is so many lines further, as far as there are lines. */
export function moved(lines: readonly ChatLine[], top: ChatLine, by: number): ChatLine {
  const from = placeOf(lines, top);
  const last = Math.max(from, lines.length - SPAN);
  return lines[Math.max(0, Math.min(from + by, last))] ?? top;
}

/** How many came after it. */
export function linesAfter(lines: readonly ChatLine[], seen: ChatLine): number {
  return Math.max(0, lines.length - 1 - placeOf(lines, seen));
}

/** Where it is or, once it was deleted or is too old to be kept, what stood before it. */
function placeOf(lines: readonly ChatLine[], line: ChatLine): number {
  const own = lines.findIndex(({ id }) => id === line.id);
  if (own >= 0) return own;
  const next = lines.findIndex(({ at_ms }) => at_ms >= line.at_ms);
  return Math.max(0, (next < 0 ? lines.length : next) - 1);
}
