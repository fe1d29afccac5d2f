// One's own call, from asking to speak until one is a viewer again. The server says how far it has come; this page opens
// camera and microphone, publishes while it has a place on stage, and stops by itself.
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { AskCall, OwnCallNews } from "../core/calls.ts";
import type { CaptureChoice } from "../core/capture.ts";
import { asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { PeerState } from "../core/peer.ts";
import type { Call, CallState } from "../core/protocol.ts";
import type { Publication } from "../core/rest.ts";

/** `over`: it was one's own, until one has read how it ended. */
export type Phase = "none" | "requested" | "invited" | "accepted" | "green" | "live" | "over";

const PHASES: Record<CallState, Phase> = {
  requested: "requested",
  invited: "invited",
  accepted: "accepted",
  green: "green",
  live: "live",
  ended: "over",
  declined: "over",
  cancelled: "none",
  expired: "over",
};
/** In these one publishes. */
const ON_STAGE: readonly Phase[] = ["accepted", "green", "live"];
const REFRESHES = 3;
/** So often in a row is a new token tried when the stage refuses one. */
const REFUSALS = 3;

/** What state/broadcast.ts does, as far as it is needed here. */
export interface CallMedia {
  readonly stream: ReadonlySignal<MediaStream | null>;
  readonly connection: ReadonlySignal<{ readonly state: PeerState }>;
  open(choice: CaptureChoice): Promise<boolean>;
  goLive(publication: Publication): void;
  dispose(over?: boolean): void;
}

/** What this tab of the browser remembers, and tells the others. */
export interface CallTab {
  /** Whether this tab published the call. */
  remembers(call: string): boolean;
  /** Null forgets; a call is also told to the other tabs, which let it go. */
  remember(call: string | null): void;
  mayCapture(): Promise<boolean>;
}

export interface CallingPorts {
  readonly ask: AskCall;
  readonly http: Pick<Http, "get">;
  readonly media: CallMedia;
  readonly tab: CallTab;
}

export class Calling {
  private readonly own = signal<OwnCallNews>({ call: null });
  private readonly mic = signal(true);
  private readonly picture = signal(true);
  /** Counts what was heard, so that an answer that is older than the news is not believed. */
  private heard = 0;
  private refusals = 0;
  private readonly path: string;

  readonly call: ReadonlySignal<Call | null> = computed(() => this.own.value.call);
  readonly phase: ReadonlySignal<Phase> = computed(() => phaseOf(this.own.value.call));
  /** This page publishes, or tries to. */
  readonly publishing = computed(() => !["closed", "refused"].includes(this.ports.media.connection.value.state));
  /** One has a place, but it is not this page that fills it: it was reloaded, or another tab does. */
  readonly away = computed(() => ["green", "live"].includes(this.phase.value) && !this.publishing.value);

  constructor(
    show: string,
    private readonly ports: CallingPorts,
  ) {
    this.path = `shows/${encodeURIComponent(show)}/call`;
  }

  /** Whether one's microphone is on, as one wants it oneself. */
  get speaking(): ReadonlySignal<boolean> {
    return this.mic;
  }

  /** The same of one's camera. */
  get filming(): ReadonlySignal<boolean> {
    return this.picture;
  }

  /** News of one's own call, from the server. */
  hear(told: OwnCallNews): void {
    this.heard += 1;
    const { call } = this.own.value;
    const open = call !== null && isOpen(call);
    // How a call ended is news to who has just this one, and only once; one that was found to be gone has no reason yet.
    const awaited = call !== null && told.call?.id === call.id && (open || !call.reason);
    if (told.call && !isOpen(told.call) && !awaited) return;
    // It went while nobody here was listening.
    if (!told.call && open) this.settle({ call: { ...call, state: "ended" } });
    else if (told.call) this.settle(told.call.id === call?.id ? { ...this.own.value, ...told } : told);
  }

  /** To be called after news may have been missed. What is heard meanwhile is newer, and asked for again. */
  async refresh(): Promise<void> {
    for (let attempt = 0; attempt < REFRESHES; attempt += 1) {
      const before = this.heard;
      let found: OwnCallNews;
      try {
        found = await this.ports.http.get<OwnCallNews>(this.path);
      } catch (error) {
        // What is shown stays; the news goes on coming.
        asApiError(error);
        return;
      }
      if (before === this.heard) return this.hear(found);
    }
  }

  /** Asks to speak, or takes an invitation. Raises ApiError. */
  async request(note = ""): Promise<void> {
    this.hear(await this.ports.ask("call.request", note === "" ? {} : { note }));
  }

  /** Takes the request back, or an invitation not. Raises ApiError. */
  async cancel(): Promise<void> {
    this.hear(await this.ports.ask("call.cancel", {}));
  }

  /** Leaves the stage. The picture stops at once, whatever the server says. Raises ApiError. */
  async leave(): Promise<void> {
    this.ports.tab.remember(null);
    this.ports.media.dispose();
    this.hear(await this.ports.ask("call.end", {}));
  }

  /** Camera and microphone, to look at oneself before anybody else does. False: `media` says why not. */
  async prepare(choice: CaptureChoice): Promise<boolean> {
    const opened = await this.ports.media.open(choice);
    this.applySwitches();
    return opened;
  }

  /** Publishes with what was opened. Without a token, a place on stage, or without a stream, nothing happens. */
  enter(): void {
    const { call, whip_url } = this.own.value;
    if (!call || !ON_STAGE.includes(this.phase.value) || !whip_url || !this.token) return;
    if (this.ports.media.stream.value === null) return;
    this.ports.tab.remember(call.id);
    const token = () => this.token;
    this.ports.media.goLive({
      whip_url,
      get publish_token() {
        return token();
      },
    });
  }

  /** To be told how the session does. A token is good for one of them: the next one needs another. */
  async follow(state: PeerState): Promise<void> {
    if (state === "connected") this.refusals = 0;
    if (!ON_STAGE.includes(this.phase.value)) return;
    if (state === "reconnecting") return this.refresh();
    if (state !== "refused" || this.refusals >= REFUSALS) return;
    this.refusals += 1;
    const { token } = this;
    await this.refresh();
    if (token !== this.token) this.enter();
  }

  private get token(): string {
    return this.own.value.publish_token ?? "";
  }

  /** After a reload: comes back by itself when that needs no question to the person, and only in the tab that was there. */
  async resume(): Promise<void> {
    const { call } = this.own.value;
    if (!call || !ON_STAGE.includes(this.phase.value) || this.publishing.value) return;
    if (!this.ports.tab.remembers(call.id) || !(await this.ports.tab.mayCapture())) return;
    if (this.call.value?.id === call.id && (await this.prepare({ camera: null, microphone: null }))) this.enter();
  }

  /** Another tab of this browser is on stage now. */
  yieldTo(): void {
    if (!this.publishing.value) return;
    this.ports.tab.remember(null);
    this.ports.media.dispose();
  }

  speak(on: boolean): void {
    this.mic.value = on;
    this.applySwitches();
  }

  film(on: boolean): void {
    this.picture.value = on;
    this.applySwitches();
  }

  /** One has read how it ended. */
  dismiss(): void {
    if (this.phase.value === "over") this.own.value = { call: null };
  }

  /** Somebody else is signed in now, or the page goes. */
  reset(): void {
    this.ports.media.dispose();
    this.own.value = { call: null };
  }

  private settle(own: OwnCallNews): void {
    this.own.value = own;
    if (own.call && isOpen(own.call)) return;
    // Back to watching: nobody stays in the picture for longer than he is asked to.
    this.ports.tab.remember(null);
    this.ports.media.dispose(true);
    this.mic.value = true;
    this.picture.value = true;
  }

  private applySwitches(): void {
    const stream = this.ports.media.stream.value;
    for (const track of stream?.getAudioTracks() ?? []) track.enabled = this.mic.value;
    for (const track of stream?.getVideoTracks() ?? []) track.enabled = this.picture.value;
  }
}

function phaseOf(call: Call | null): Phase {
  return call ? PHASES[call.state] : "none";
}

function isOpen(call: Call): boolean {
  return !["over", "none"].includes(phaseOf(call));
}
