// The host's camera, microphone and the session that publishes them.
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import {
  type CaptureChoice,
  type Devices,
  followLevel,
  HOST_LINES,
  listDevices,
  openCapture,
  openScreen,
  stopStream,
} from "../core/capture.ts";
import { type ApiError, CaptureError } from "../core/errors.ts";
import { Lasting, type Trouble, troubleIn } from "../core/lasting.ts";
import type { Peer, PeerState } from "../core/peer.ts";
import { publisher } from "../core/publish.ts";
import type { Publication } from "../core/rest.ts";
import { type Flow, flowOf, type Health, healthBetween } from "../core/stats.ts";

const HEALTH_EVERY_MS = 2_000;
/** A browser feels its way up in the first seconds and says "bandwidth" meanwhile: that is no trouble yet. */
const TROUBLED_READINGS = 4;
const HD_LINES = 720;

interface Capture {
  readonly stream: MediaStream | null;
  readonly devices: Devices;
  readonly choice: CaptureChoice;
  readonly error: CaptureError | null;
  /** The camera's picture stands back while a screen is shown. */
  readonly screen: boolean;
}

interface Link {
  readonly state: PeerState;
  readonly error: ApiError | null;
}

const NO_CAPTURE: Capture = {
  stream: null,
  devices: { cameras: [], microphones: [] },
  choice: { camera: null, microphone: null },
  error: null,
  screen: false,
};
const NO_LINK: Link = { state: "closed", error: null };

export class Broadcast {
  private readonly capture = signal(NO_CAPTURE);
  private readonly link = signal(NO_LINK);
  private readonly loudness = signal(0);
  private readonly quality = signal<Health | null>(null);
  private readonly complaint = signal<Trouble | null>(null);
  private peer: Peer | null = null;
  private stopLevel: () => void = () => undefined;
  private healthTimer: ReturnType<typeof setInterval> | null = null;

  readonly stream: ReadonlySignal<MediaStream | null> = computed(() => this.capture.value.stream);
  readonly devices: ReadonlySignal<Devices> = computed(() => this.capture.value.devices);
  readonly choice: ReadonlySignal<CaptureChoice> = computed(() => this.capture.value.choice);
  readonly captureError: ReadonlySignal<CaptureError | null> = computed(() => this.capture.value.error);
  readonly sharesScreen: ReadonlySignal<boolean> = computed(() => this.capture.value.screen);
  /** Which way the camera looks, where the browser knows it. */
  readonly facing: ReadonlySignal<string | undefined> = computed(
    () => this.stream.value?.getVideoTracks()[0]?.getSettings().facingMode,
  );

  /** `lines`: asked of the camera. */
  constructor(private readonly lines = HOST_LINES) {}

  get connection(): ReadonlySignal<Link> {
    return this.link;
  }

  get level(): ReadonlySignal<number> {
    return this.loudness;
  }

  get health(): ReadonlySignal<Health | null> {
    return this.quality;
  }

  /** What has stood in the way for several seconds. */
  get trouble(): ReadonlySignal<Trouble | null> {
    return this.complaint;
  }

  /** Whether the camera gives an HD picture. */
  isHd(): boolean {
    const { width = 0, height = 0 } = this.stream.value?.getVideoTracks()[0]?.getSettings() ?? {};
    return Math.min(width, height) >= HD_LINES;
  }

  /** Opens what was chosen, or what there is; while live the new tracks take the place of the old ones. */
  async open(choice: CaptureChoice = this.choice.value): Promise<boolean> {
    // Some cameras open only once: the old one is let go before the new one is asked for.
    stopStream(this.capture.value.stream);
    try {
      const stream = await openCapture(choice, this.lines);
      await this.peer?.replaceTracks(stream);
      const devices = await listDevices();
      this.stopLevel();
      this.stopLevel = followLevel(stream, (level) => {
        this.loudness.value = level;
      });
      this.capture.value = { stream, devices, choice: used(stream, choice), error: null, screen: false };
      return true;
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.capture.value = { ...this.capture.value, stream: null, error };
      return false;
    }
  }

  /** The other camera of a phone. */
  async turn(): Promise<boolean> {
    const facing = this.facing.value === "environment" ? "user" : "environment";
    return this.open({ ...this.choice.value, facing });
  }

  /** A screen takes the camera's place; the microphone goes on. Whoever picks none keeps what there is. */
  async shareScreen(): Promise<void> {
    const before = this.capture.value;
    if (!before.stream) return;
    try {
      const screen = await openScreen();
      // Text must be sharp; that it moves in steps is no fault.
      screen.contentHint = "detail";
      // The browser's own bar ends it, too.
      screen.addEventListener("ended", () => this.sharesScreen.value && void this.open());
      for (const camera of before.stream.getVideoTracks()) camera.stop();
      const stream = new MediaStream([screen, ...before.stream.getAudioTracks()]);
      await this.peer?.replaceTracks(stream);
      this.capture.value = { ...before, stream, error: null, screen: true };
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      if (error.code !== "refused") this.capture.value = { ...before, error };
    }
  }

  /** The token is read each time that a session is negotiated: it may be another one by then. */
  goLive(publication: Publication): void {
    this.hangUp();
    const endpoint = {
      url: publication.whip_url,
      get token() {
        return publication.publish_token;
      },
    };
    const stream = () => this.capture.value.stream ?? new MediaStream();
    this.peer = publisher(endpoint, stream, {
      onState: (state, error) => {
        this.link.value = { state, error };
      },
    });
    this.peer.start();
    this.followHealth();
  }

  /** The server lost the relay. */
  suspect(): void {
    this.peer?.suspect();
  }

  /** Ends the session with the relay, unless it is `over` already; the preview stays. */
  hangUp(over = false): void {
    if (this.healthTimer !== null) clearInterval(this.healthTimer);
    this.healthTimer = null;
    this.peer?.dispose(over);
    this.peer = null;
    batch(() => {
      this.quality.value = null;
      this.complaint.value = null;
      this.link.value = NO_LINK;
    });
  }

  dispose(over = false): void {
    this.hangUp(over);
    this.stopLevel();
    this.stopLevel = () => undefined;
    stopStream(this.capture.peek().stream);
    this.capture.value = NO_CAPTURE;
    this.loudness.value = 0;
  }

  private followHealth(): void {
    let before: Flow | null = null;
    const lasting = new Lasting<Trouble>(TROUBLED_READINGS);
    this.healthTimer = setInterval(async () => {
      const report = await this.peer?.stats();
      if (!report) return;
      const after = flowOf(report.values() as Iterable<Record<string, unknown>>, "out");
      const health = healthBetween(before, after);
      before = after;
      batch(() => {
        this.quality.value = health;
        this.complaint.value = lasting.read(health && troubleIn(health));
      });
    }, HEALTH_EVERY_MS);
  }
}

/** What the browser really opened, so that the selects say the truth. */
function used(stream: MediaStream, { facing: _, ...asked }: CaptureChoice): CaptureChoice {
  const idOf = (tracks: MediaStreamTrack[]) => tracks[0]?.getSettings().deviceId ?? null;
  return {
    camera: asked.camera === false ? false : (idOf(stream.getVideoTracks()) ?? asked.camera),
    microphone: idOf(stream.getAudioTracks()) ?? asked.microphone,
  };
}
