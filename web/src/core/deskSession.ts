// The session of a moderator's desk: the same machine as a room's, but it joins the desk, and has nothing to resume.
// What was missed is in no log, so whoever is joined reads the lists again.
import { CONNECT_WITHIN_MS, Session, type SessionEffect } from "./session.ts";

export class DeskSession extends Session {
  protected override join(now: number): SessionEffect[] {
    const frame = this.request("desk.join", {});
    this.joinId = frame.id;
    this.early = [];
    this.deadlineMs = now + CONNECT_WITHIN_MS;
    return [this.enter("joining"), { do: "send", frame }];
  }
}
