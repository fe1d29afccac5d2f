// The words of call-ins, in English; loaded with them. See strings.ts.

import type { ApiError, CaptureCode } from "../core/errors.ts";
import type { Callers, CallState } from "../core/protocol.ts";
import { count, errorText, numbers } from "./strings.ts";

export const callText = {
  title: "Call in",
  explained: "Ask to speak with the host. Nobody sees or hears you before the host lets you in.",
  ask: "Call in",
  note: "What do you want to talk about?",
  noteHint: "Only the host and the host's assistants read it.",
  send: "Ask to speak",
  position: (position: number) =>
    position === 1 ? "You are next in line." : `You are number ${numbers.format(position)} in line.`,
  waiting: "The host sees your request.",
  cancel: "Cancel the request",
  invited: "The host invites you on stage.",
  come: "Yes, I am coming",
  decline: "No, thank you",
  accepted: "The host takes your call. Go to the green room now.",
  enter: "Go to the green room",
  toCome: (clock: string) => `${clock} left to come`,
  connecting: "Connecting you to the stage…",
  green: "You are in the green room. The host and the other callers see and hear you, the audience does not yet.",
  live: "You are on stage. Everybody sees and hears you.",
  mutedByHost: "The host has muted you.",
  hiddenByHost: "The host has hidden you from the audience.",
  leave: "Leave the stage",
  left: (clock: string) => `${clock} left on stage`,
  toWait: (clock: string) => `${clock} left to be let in`,
  away: "You have a place on stage, but this page does not send your picture and sound.",
  back: "Come back on stage",
  weak: "Your connection to the stage broke. Reconnecting…",
  publishRefused: (error: ApiError | null) => `The stage did not take you. ${error ? errorText(error) : ""}`,

  preview: "Your picture",
  previewSound: "You come with your microphone alone.",
  prepare: "How do you want to come? Nobody sees the preview but you.",
  both: "Camera and microphone",
  soundOnly: "Microphone only",
  camera: "Camera",
  microphone: "Microphone",
  unnamedCamera: (index: number) => `Camera ${index}`,
  unnamedMicrophone: (index: number) => `Microphone ${index}`,
  level: "Microphone level",
  mute: "Mute myself",
  unmute: "Unmute myself",
  hide: "Turn camera off",
  show: "Turn camera on",
  capture: {
    refused: "The browser was not allowed to use camera or microphone. Allow it in the address bar, then try again.",
    missing: "No camera or microphone was found. With a microphone alone you can come too.",
    busy: "Camera or microphone are used by another program. Close it, then try again.",
    insecure: "Browsers open camera and microphone on secure pages only (https).",
    failed: "Camera and microphone could not be opened.",
  } satisfies Record<CaptureCode, string>,

  over: {
    ended: "Your call is over. You are watching again.",
    declined: "The host cannot take your call now.",
    expired: "The time ran out. You can ask again.",
  } as Partial<Record<CallState, string>>,
  /** Of the server; anything else is what the host wrote. */
  reasons: {
    ended_by_staff: "The host has ended your call. You are watching again.",
    time_up: "Your time on stage is over. You are watching again.",
    media_gone: "Your connection to the stage was lost. You are watching again.",
    banned: "Your call was ended.",
    show_ended: "The show has ended.",
    cleared: "The host has cleared the queue. You can ask again.",
  } as Record<string, string>,
  reason: (reason: string) => `“${reason}”`,
  ok: "OK",

  stage: "On stage",
  host: "Host",
  you: "You",
  tile: (name: string) => `Picture of ${name}`,
  lost: "Connection lost",
  muted: "Muted",
  grid: "Show all in a grid",
  large: "Show the host large",

  desk: {
    title: "Calls",
    rules: "Call rules",
    who: "Who may call in",
    whoChoices: {
      off: "Nobody",
      followers: "Followers",
      buyers: "Buyers",
      everyone: "Everybody who is signed in",
    } satisfies Record<Callers, string>,
    minutes: "Longest time on stage",
    minuteSteps: (minutes: number) => count(minutes, "minute", "minutes"),
    delay: "The audience sees a caller after",
    delaySteps: (seconds: number) => (seconds === 0 ? "no delay" : count(seconds, "second", "seconds")),
    none: "Nobody waits.",
    off: "Calls are off. Nobody can ask to speak.",
    notFound: "Nobody in the queue matches.",
    waiting: (total: number) => `${count(total, "person waits", "people wait")}`,
    more: (more: number) => `${numbers.format(more)} more: search, or take somebody first.`,
    search: "Search the queue",
    sort: "Order",
    sorts: { oldest: "Longest waiting first", newest: "Newest first" },
    clear: "Clear the queue",
    clearTitle: "Clear the queue?",
    clearBody: "All requests that wait are declined. Who is on stage stays there.",
    accept: "Accept",
    acceptOf: (name: string) => `Accept ${name}`,
    declineOf: (name: string) => `Decline ${name}`,
    decline: "Decline",
    declineTitle: (name: string) => `Decline ${name}`,
    reason: "Reason (the caller reads it)",
    since: (clock: string) => `since ${clock}`,
    onStage: "On stage and in the green room",
    states: {
      requested: "Waits",
      invited: "Invited",
      accepted: "Is coming",
      green: "Green room",
      live: "On stage",
      ended: "Gone",
      declined: "Declined",
      cancelled: "Gone",
      expired: "Did not come",
    } satisfies Record<CallState, string>,
    lost: "Connection lost",
    admit: "Let in",
    mute: "Mute",
    unmute: "Unmute",
    hide: "Hide",
    unhide: "Show",
    end: "End call",
    withdraw: "Withdraw",
    actionOf: (action: string, name: string) => `${action}: ${name}`,
    left: (clock: string) => `${clock} left`,
    invite: "Invite by handle",
    inviteDo: "Invite",
    listen: "Hear callers",
    silence: "Mute callers here",
  },
};

const refusals: Record<string, string> = {
  calls_off: "The host takes no calls now.",
  followers_only: "Only followers may call in. Follow the host first.",
  buyers_only: "Only people who bought something from the host may call in.",
  call_open: "You have asked already.",
  call_state: "That was decided meanwhile.",
  stage_full: "The stage is full.",
  forbidden: "You may not call in now.",
};

export function callErrorText(error: ApiError): string {
  return refusals[error.code] ?? errorText(error);
}

/** m:ss */
export function clockOf(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
