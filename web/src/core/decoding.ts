// What this browser can show. Hosts send H.264 where they can, since nearly everybody decodes it in hardware.

/** Firefox fetches its decoder some minutes after it was first started, and some systems keep it from doing so. */
export function lacksH264(): boolean {
  // Older browsers do not tell, and have one.
  const known = RTCRtpReceiver.getCapabilities?.("video")?.codecs;
  return known?.every(({ mimeType }) => mimeType.toLowerCase() !== "video/h264") ?? false;
}
