// How long a step of a call may still take, by the server's clock.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Room } from "../state/room.ts";
import { clockOf } from "./callStrings.ts";

const TICK_MS = 250;

interface CallClockProps {
  readonly until: string;
  readonly room: Room;
  readonly words: (clock: string) => string;
}

export function CallClock({ until, room, words }: CallClockProps) {
  const now = useSignal(room.offers.serverNow());
  useEffect(() => {
    const timer = setInterval(() => (now.value = room.offers.serverNow()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now.value) / 1000));
  return <span role="timer">{words(clockOf(seconds))}</span>;
}
