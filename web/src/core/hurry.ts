// Those who talk with one another want no delay, and take a gap now and then for it; those who watch, the other way round.

/** What a receiver may be asked for, by the name of the standard and by Chromium's older one. */
interface Hurried {
  jitterBufferTarget?: number | null;
  playoutDelayHint?: number | null;
}

/**
 * Asks for as little waiting in the receivers' buffers as they can do with; or leaves it to the browser again. It is the
 * browser's to say: on a bad line its buffers grow all the same.
 */
export function hurry(receivers: readonly Hurried[], soon: boolean): void {
  for (const receiver of receivers) {
    const wanted = soon ? 0 : null;
    if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = wanted;
    else if ("playoutDelayHint" in receiver) receiver.playoutDelayHint = wanted;
  }
}
