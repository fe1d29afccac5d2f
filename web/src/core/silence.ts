// Has the other side of a connection died? A relay that was killed says no goodbye, and ICE needs ten seconds to notice.
// Pure: readings of getStats go in, the length of the silence comes out.

/** Between readings further apart than this the page slept, and heard nothing for that reason. */
const LONGEST_STEP_MS = 2_000;

export class Silence {
  private heard: number | null = null;
  private readAtMs = 0;
  private silentMs = 0;

  /** For how long nothing at all has come, in milliseconds; 0 where the browser does not tell. */
  read(report: Iterable<Record<string, unknown>>, nowMs: number): number {
    const heard = heardOf(report);
    const quiet = heard !== null && heard === this.heard;
    this.silentMs = quiet ? this.silentMs + Math.min(nowMs - this.readAtMs, LONGEST_STEP_MS) : 0;
    this.heard = heard;
    this.readAtMs = nowMs;
    return this.silentMs;
  }
}

/**
 * What came in over all candidate pairs: media and feedback as bytes, and answers to the browser's own checks. It checks
 * every 2.5 s at least, so a relay that lives is heard even when there is no media. Null without these figures.
 */
function heardOf(report: Iterable<Record<string, unknown>>): number | null {
  let heard: number | null = null;
  for (const { type, bytesReceived, responsesReceived } of report) {
    if (type !== "candidate-pair" || typeof responsesReceived !== "number") continue;
    heard = (heard ?? 0) + responsesReceived + (typeof bytesReceived === "number" ? bytesReceived : 0);
  }
  return heard;
}
