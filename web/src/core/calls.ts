// What the wire says of call-ins: a viewer asks to speak, waits, comes on stage, goes.
import type { Named, Person } from "./protocol.ts";

export type CallState =
  | "requested"
  | "invited"
  /** He has a place, and half a minute to come with a microphone. */
  | "accepted"
  /** He publishes; only the stage sees and hears him. */
  | "green"
  | "live"
  | "ended"
  | "declined"
  | "cancelled"
  | "expired";

export interface Call {
  readonly id: string;
  readonly show: string;
  readonly user: Person;
  readonly state: CallState;
  readonly note: string | null;
  /** Place in the line, from 1. */
  readonly position?: number | null;
  readonly slot?: number | null;
  readonly requested_at: string;
  /** When the state runs out by itself. */
  readonly until?: string | null;
  readonly muted: boolean;
  readonly hidden: boolean;
  readonly reason?: string | null;
}

/** One's own call, and with a place on stage what publishes to it. */
export interface OwnCall {
  readonly call: Call | null;
  readonly whip_url?: string | null;
  readonly publish_token?: string | null;
}

export type Callers = "off" | "followers" | "buyers" | "everyone";

export interface StageSlot {
  readonly slot: number;
  readonly user: Named;
  readonly state: "live" | "lost";
  readonly muted: boolean;
  readonly since: string;
  readonly until: string | null;
}

/** Who is seen on stage beside the host, and who may ask to come. */
export interface Stage {
  readonly slots: readonly StageSlot[];
  readonly version: number;
  readonly who: Callers;
}

export interface CallRules {
  readonly who: Callers;
  readonly minutes: number;
  /** How long the audience sees nothing yet of somebody who was let in. */
  readonly delay_s: number;
}

interface CallEventData {
  readonly "call.requested": { readonly call: Call };
  readonly "call.state": OwnCall;
  readonly stage: Stage;
}

export type CallEvent = {
  [T in keyof CallEventData]: readonly [seq: number | null, type: T, data: CallEventData[T], at_ms: number];
}[keyof CallEventData];

export interface CallOperations {
  readonly "call.request": { readonly note?: string };
  readonly "call.cancel": Record<string, never>;
  readonly "call.invite": { readonly user: string };
  readonly "call.accept": { readonly user: string };
  readonly "call.decline": { readonly user: string; readonly reason?: string };
  readonly "call.admit": { readonly user: string };
  readonly "call.mute": { readonly user: string; readonly muted: boolean };
  readonly "call.hide": { readonly user: string; readonly hidden: boolean };
  readonly "call.end": { readonly user?: string };
}

export type CallOp = keyof CallOperations;
/** Raises ApiError. */
export type AskCall = <O extends CallOp>(op: O, d: CallOperations[O]) => Promise<{ readonly call: Call }>;
