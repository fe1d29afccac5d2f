// Which picture sizes the host sends: up to three at once, so that the relay can give each viewer what the line carries.
// Pure: a picture's settings go in, encodings come out. The lowest comes first, since that is the one that is left when
// a server takes only one of them.

/** What decides about the sizes; the settings of a video track have it. */
export type Picture = Pick<MediaTrackSettings, "width" | "height" | "displaySurface">;

type Rung = Required<Pick<RTCRtpEncodingParameters, "scaleResolutionDownBy" | "maxBitrate">>;

/** Without simulcast: the cap of the server. All ladders below stay under it as a whole. */
export const ALONE_BPS = 2_500_000;
const RIDS = ["l", "m", "h"];
const THREE: readonly Rung[] = [
  { scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { scaleResolutionDownBy: 1, maxBitrate: 1_700_000 },
];
const TWO: readonly Rung[] = [
  { scaleResolutionDownBy: 2, maxBitrate: 150_000 },
  { scaleResolutionDownBy: 1, maxBitrate: 900_000 },
];
const SMALL: readonly Rung[] = [{ scaleResolutionDownBy: 1, maxBitrate: 700_000 }];
const ALONE: readonly Rung[] = [{ scaleResolutionDownBy: 1, maxBitrate: ALONE_BPS }];

/**
 * Chromium leaves out the largest sizes, not the smallest, when there are more than fit the picture (seen: with three at
 * 640 × 480 it sends none above 320 × 240). So no more are asked for than it sends: three from 540 lines on, two from 360.
 */
function ladder({ width = 1280, height = 720, displaySurface }: Picture): readonly Rung[] {
  // A shared screen is text: small sizes of it serve nobody.
  if (displaySurface !== undefined) return ALONE;
  // A phone that is held upright has its lines the other way.
  const lines = Math.min(width, height);
  if (lines < 360) return SMALL;
  return lines < 540 ? TWO : THREE;
}

/** For `addTransceiver`. A single one has no RID: it is no simulcast. */
export function encodingsFor(picture: Picture): RTCRtpEncodingParameters[] {
  const rungs = ladder(picture);
  return rungs.map((rung, index) => (rungs.length === 1 ? { ...rung } : { rid: RIDS[index] ?? "", ...rung }));
}

/**
 * For `setParameters`: the encodings that were negotiated, as this picture wants them. Their number cannot change any
 * more: of a large picture the larger sizes are sent, and what is too many for a small one rests.
 */
export function refitted<E extends RTCRtpEncodingParameters>(negotiated: readonly E[], picture: Picture): E[] {
  const wanted = negotiated.length === 1 ? alone(picture) : ladder(picture).slice(-negotiated.length);
  return negotiated.map((encoding, index) => ({ ...encoding, active: index < wanted.length, ...wanted[index] }));
}

function alone(picture: Picture): readonly Rung[] {
  const rungs = ladder(picture);
  return rungs.length === 1 ? rungs : ALONE;
}
