// How something is paid: chips, and nothing at all where there is one way.
import { buyText } from "./buyStrings.ts";
import { Chips } from "./Chips.tsx";

interface WayChipsProps {
  /** What each is sent as and, where it has no name of its own among the ways, how it is called. */
  readonly ways: readonly { readonly value: string; readonly label?: string }[];
  readonly way: string;
  readonly onPick: (way: string) => void;
}

export function WayChips({ ways, way, onPick }: WayChipsProps) {
  if (ways.length < 2) return null;
  const chips = ways.map(({ value, label }) => ({ value, label: label ?? buyText.ways[value] ?? value }));
  return <Chips label={buyText.way} chips={chips} value={way} onPick={onPick} />;
}
