// Camera and microphone: what there is, opening them with less and less ambitious wishes, and the level of the sound.
import { type CaptureCode, CaptureError } from "./errors.ts";

export interface Devices {
  readonly cameras: readonly MediaDeviceInfo[];
  readonly microphones: readonly MediaDeviceInfo[];
}

export interface CaptureChoice {
  /** False: the microphone alone. */
  readonly camera: string | null | false;
  readonly microphone: string | null;
  /** Of a phone: the camera that looks at its holder, or away from him. It counts before `camera`. */
  readonly facing?: Facing;
}

export type Facing = "user" | "environment";

export async function listDevices(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return {
    cameras: all.filter((device) => device.kind === "videoinput"),
    microphones: all.filter((device) => device.kind === "audioinput"),
  };
}

/** How many lines are asked of a camera. A caller's picture is a small one beside the host's. */
export const HOST_LINES = 720;
export const CALLER_LINES = 360;

/** True when the camera may be opened without asking the person again. */
export async function mayCapture(): Promise<boolean> {
  try {
    const camera = await navigator.permissions.query({ name: "camera" as PermissionName });
    const microphone = await navigator.permissions.query({ name: "microphone" as PermissionName });
    return camera.state === "granted" && microphone.state === "granted";
  } catch {
    // Firefox before 131 and Safari do not know these names: ask with a button then.
    return false;
  }
}

/** Raises CaptureError. The stream has a picture, a sound, or both. */
export async function openCapture(choice: CaptureChoice, lines = HOST_LINES): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) throw new CaptureError("insecure");
  let last: unknown;
  for (const constraints of wishes(choice, lines)) {
    try {
      return await navigator.mediaDevices.getUserMedia(constraints);
    } catch (error) {
      last = error;
      const code = captureCode(error);
      if (code === "refused" || code === "insecure") break;
    }
  }
  throw new CaptureError(captureCode(last));
}

/** From what we want to what is better than nothing. */
export function wishes({ camera, microphone, facing }: CaptureChoice, lines = HOST_LINES): MediaStreamConstraints[] {
  const picked = (id: string | null) => (id === null ? {} : { deviceId: { exact: id } });
  const size = { width: { ideal: (lines * 16) / 9 }, height: { ideal: lines }, frameRate: { ideal: 30, max: 30 } };
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  if (camera === false) return [{ audio: { ...audio, ...picked(microphone) } }, { audio }, { audio: true }];
  const which = facing === undefined ? picked(camera) : { facingMode: facing };
  const list: MediaStreamConstraints[] = [
    { video: { ...size, ...which }, audio: { ...audio, ...picked(microphone) } },
    { video: size, audio },
    { video: true, audio: true },
    { video: true },
    { audio: true },
  ];
  return camera === null && microphone === null && facing === undefined ? list.slice(1) : list;
}

/** Raises CaptureError. The picture of a screen, a window or a tab that the person picks. */
export async function openScreen(): Promise<MediaStreamTrack> {
  if (!navigator.mediaDevices?.getDisplayMedia) throw new CaptureError("insecure");
  try {
    const wish = { video: { frameRate: { ideal: 15, max: 30 } }, audio: false };
    const [track] = (await navigator.mediaDevices.getDisplayMedia(wish)).getVideoTracks();
    if (!track) throw new CaptureError("missing");
    return track;
  } catch (error) {
    throw error instanceof CaptureError ? error : new CaptureError(captureCode(error));
  }
}

export function captureCode(error: unknown): CaptureCode {
  const name = error instanceof Error ? error.name : "";
  switch (name) {
    case "NotAllowedError":
      return "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    case "SecurityError":
      return "insecure";
    default:
      return "failed";
  }
}

export function stopStream(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Calls back ten times a second with the loudness, 0 to 1. Answers what ends it. */
export function followLevel(stream: MediaStream, onLevel: (level: number) => void): () => void {
  if (stream.getAudioTracks().length === 0) return () => undefined;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  // Without a click on the page the browser holds the audio clock back; the first one lets it run.
  const wake = new AbortController();
  document.addEventListener("pointerdown", () => void context.resume(), { once: true, signal: wake.signal });
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(loudness(samples));
  }, 100);
  return () => {
    clearInterval(timer);
    wake.abort();
    if (context.state !== "closed") void context.close();
  };
}

/** Root mean square on a scale of decibels: -60 dB and below is 0, full scale is 1. */
export function loudness(samples: Float32Array): number {
  const square = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  if (square === 0) return 0;
  return Math.min(1, Math.max(0, 1 + (10 * Math.log10(square)) / 60));
}
