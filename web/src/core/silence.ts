// Has the other side of a connection died? A relay that was killed says no goodbye, and ICE needs ten seconds to notice.
// Pure: readings of getStats go in, the length of the silence comes out.

/** Between readings further apart than this the page slept, and heard nothing for that reason. */
const LONGEST_STEP_MS = 2_000;

/** Nothing for so long where something came all the time: the relay is dead. Browsers would take ten seconds and more. */
const BRISK_MS = 4_000;
/** The same where nothing has to come: RFC 7675 has checks 4 to 6 s apart, and so has Firefox (seen: 153). */
const SLOW_MS = 8_000;
/** All the time: for so long, without a pause of more than Chromium's 2.5 s between two checks. */
const ROW_MS = 6_000;
const PAUSE_MS = 3_000;

export class Silence {
  private heard: number | null = null;
  private readAtMs = 0;
  private silentMs = 0;
  /** Of what was heard without a pause: when it began, and how long it lasts. */
  private beganMs = 0;
  private rowMs = 0;

  /** For how long nothing at all has come, in milliseconds; 0 where the browser does not tell. */
  read(report: Iterable<Record<string, unknown>>, nowMs: number): number {
    const heard = heardOf(report);
    const quiet = heard !== null && heard === this.heard;
    if (!quiet) {
      if (this.heard === null || this.silentMs > PAUSE_MS) this.beganMs = nowMs;
      this.rowMs = nowMs - this.beganMs;
    }
    this.silentMs = quiet ? this.silentMs + Math.min(nowMs - this.readAtMs, LONGEST_STEP_MS) : 0;
    this.heard = heard;
    this.readAtMs = nowMs;
    return this.silentMs;
  }

  /** Silence that lasts so long is the end. */
  get longestMs(): number {
    return this.rowMs >= ROW_MS ? BRISK_MS : SLOW_MS;
  }
}

/** What came in over all candidate pairs: media and feedback as bytes, and answers to the browser's own checks. */
function heardOf(report: Iterable<Record<string, unknown>>): number | null {
  let heard: number | null = null;
  for (const { type, bytesReceived, responsesReceived } of report) {
    if (type !== "candidate-pair" || typeof responsesReceived !== "number") continue;
    heard = (heard ?? 0) + responsesReceived + (typeof bytesReceived === "number" ? bytesReceived : 0);
  }
  return heard;
}
