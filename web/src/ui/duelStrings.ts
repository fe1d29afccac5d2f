// The words of duels of two hosts, in English; loaded with them. See strings.ts.

import type { ApiError } from "../core/errors.ts";
import type { Inviters } from "../state/duel.ts";
import { count, errorText, numbers } from "./strings.ts";

export const duelText = {
  title: "Duel",
  score: (own: string, ownLikes: number, other: string, otherLikes: number) =>
    `${own}: ${count(ownLikes, "like", "likes")}, ${other}: ${count(otherLikes, "like", "likes")}`,
  likes: (likes: number) => numbers.format(likes),
  left: (clock: string) => clock,
  wins: (name: string) => `${name} wins!`,
  draw: "It is a draw!",
  toShow: (name: string) => `Go to ${name}'s show`,
  callers: "On stage",

  desk: {
    title: "Duel with another host",
    explained: "Both audiences see both of you. Likes are the score, and the clock decides.",
    find: "Find a live host",
    findDo: "Search",
    minutes: "How long",
    minuteSteps: (minutes: number) => count(minutes, "minute", "minutes"),
    hosts: "Live hosts you can invite",
    nobody: "No other host is live and takes invitations right now.",
    viewers: (viewers: number) => count(viewers, "viewer", "viewers"),
    invite: "Invite",
    inviteOf: (name: string) => `Invite ${name}`,
    invited: (name: string, minutes: string) => `${name} invites you to a duel of ${minutes}.`,
    asked: (name: string) => `You have invited ${name}.`,
    toAnswer: (clock: string) => `${clock} left to answer`,
    accept: "Accept",
    decline: "Decline",
    withdraw: "Withdraw",
    end: "End the duel",
    endBody: "Both audiences see their own host alone again. Nobody wins.",
    after: (clock: string) => `You stay together for ${clock}.`,
    declined: (name: string) => `${name} has declined.`,
    expired: (name: string) => `${name} did not answer.`,
    busy: (name: string) => `${name} is in another duel by now.`,
    who: "Who may invite you",
    whoChoices: {
      everyone: "Every host",
      following: "Hosts I follow",
      off: "Nobody",
    } satisfies Record<Inviters, string>,
    listen: "Hear the other host",
    silence: "Mute the other host here",
  },

  refusals: {
    show_not_live: "Both of you must be live.",
    other_audience: "One of the two shows is for members only.",
    duel_open: "You are in a duel, or have invited somebody already.",
    duel_busy: "The other host is in a duel.",
    duel_too_soon: "The host has just said no. Wait a minute.",
    duel_state: "That has changed meanwhile.",
    duels_off: "This host takes no invitations.",
    not_followed: "This host takes invitations from people he follows only.",
    stage_full: "All places on stage are taken. End a call first.",
  } as Record<string, string>,
};

export function duelErrorText(error: ApiError): string {
  return duelText.refusals[error.code] ?? errorText(error);
}
