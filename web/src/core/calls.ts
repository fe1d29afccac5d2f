// What of call-ins is said in more than one place of the wire: see protocol.ts for the messages themselves.
import type { Call, Callers, Operations } from "./protocol.ts";

/** One's own call, and with a place on stage what publishes to it: as an event and as HTTP tell it. */
export interface OwnCallNews {
  readonly call: Call | null;
  readonly whip_url?: string;
  readonly publish_token?: string;
}

export interface CallRules {
  readonly who: Callers;
  /** The longest time on stage. */
  readonly minutes: number;
  /** How long the audience sees nothing yet of somebody who was let in. */
  readonly delay_s: number;
}

export type CallOp = Extract<keyof Operations, `call.${string}`>;

/** Raises ApiError. */
export type AskCall = <O extends CallOp>(op: O, d: Operations[O]["d"]) => Promise<{ readonly call: Call }>;
