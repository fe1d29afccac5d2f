// The only RTCPeerConnection of the pages: one session with the relay, publishing (WHIP) or watching (WHEP).
// The server is ICE-lite and waits for us, so nothing is trickled: one POST, one answer. When the connection fails a new
// session is negotiated; `disconnected` is recoverable by its definition and gets time first.
import { backoffMs } from "./backoff.ts";
import { ApiError, asApiError } from "./errors.ts";
import { deleteSession, type Endpoint, postOffer } from "./negotiate.ts";
import { Silence } from "./silence.ts";

export type PeerState = "connecting" | "connected" | "reconnecting" | "refused" | "closed";

/** Adds what is sent or received. Answers what adjusts it to the answer, and to other tracks; null: there is nothing to. */
export type Prepare = (pc: RTCPeerConnection) => Adjust | null;
type Adjust = () => Promise<void>;

export interface PeerHandlers {
  onState(state: PeerState, error: ApiError | null): void;
  /** Of a slot of the stage, once for each of its tracks. */
  onStream?(stream: MediaStream, slot: number): void;
}

const CONFIGURATION: RTCConfiguration = { bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" };
const RETRY = { baseMs: 400, capMs: 10_000 };
/**
 * Browsers say `disconnected` after about 7 s of silence and `failed` up to half a minute later. A relay that was restarted
 * has forgotten us by then, and a new session costs one request: most of that half minute is not worth waiting for.
 */
const DISCONNECTED_PATIENCE_MS = 3_000;
/** So much silence is enough when the server says that it lost the relay; else see silence.ts. */
const SUSPECT_SILENT_MS = 1_000;
const LISTEN_EVERY_MS = 500;
const CONNECT_WITHIN_MS = 15_000;
/** So long a connection that is over may stay open. */
const DELETED_WITHIN_MS = 500;
/** Refusals that another attempt cannot change. */
const FINAL_STATUS = new Set([400, 401, 403, 404, 409, 410, 413, 415, 422]);

export class Peer {
  private readonly listeners = new AbortController();
  private attemptAbort = new AbortController();
  private pc: RTCPeerConnection | null = null;
  private session: string | null = null;
  private adjust: Adjust | null = null;
  private state: PeerState = "connecting";
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private suspected = false;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly prepare: Prepare,
    private readonly handlers: PeerHandlers,
  ) {}

  start(): void {
    const { signal } = this.listeners;
    window.addEventListener("pagehide", () => this.release(), { signal });
    // A page that comes back from the back-forward cache has lost its session.
    window.addEventListener("pageshow", (shown) => shown.persisted && this.restart(0), { signal });
    window.addEventListener("online", () => this.state === "reconnecting" && this.restart(0), { signal });
    this.enter("connecting", null);
    void this.negotiate();
  }

  /** Swaps camera or microphone without a new negotiation. */
  async replaceTracks(stream: MediaStream): Promise<void> {
    for (const transceiver of this.pc?.getTransceivers() ?? []) {
      const kind = transceiver.receiver.track.kind;
      await transceiver.sender.replaceTrack(stream.getTracks().find((track) => track.kind === kind) ?? null);
    }
    await this.refit();
  }

  async stats(): Promise<RTCStatsReport | null> {
    return (await this.pc?.getStats()) ?? null;
  }

  /** Of what arrives, for those who hurry it. */
  get receivers(): readonly RTCRtpReceiver[] {
    return this.pc?.getReceivers() ?? [];
  }

  /** The random part of the session's address, which is its key; null while there is none. */
  get sessionId(): string | null {
    return this.session?.split("/").at(-1) ?? null;
  }

  /** The server lost the relay of this show. If this connection is silent too, a new one is negotiated at once. */
  suspect(): void {
    this.suspected = true;
  }

  /** `over`: the server has ended the session already, so there is nothing to delete. */
  dispose(over = false): void {
    if (over) this.session = null;
    this.listeners.abort();
    this.release();
    if (this.state !== "closed") this.enter("closed", null);
  }

  private async negotiate(): Promise<void> {
    const abort = new AbortController();
    this.attemptAbort = abort;
    this.suspected = false;
    const pc = new RTCPeerConnection(CONFIGURATION);
    this.pc = pc;
    try {
      this.adjust = this.prepare(pc);
      this.follow(pc, abort.signal);
      const offer = await pc.createOffer();
      const { answer, location, iceServers } = await postOffer(this.endpoint, offer.sdp ?? "", abort.signal);
      if (abort.signal.aborted) return void deleteSession(this.endpoint, location);
      this.session = location;
      // Addresses are gathered from here on, with the servers that the answer brought: the relay needs none of them.
      if (iceServers.length > 0) pc.setConfiguration({ ...CONFIGURATION, iceServers: [...iceServers] });
      await pc.setLocalDescription(offer);
      await pc.setRemoteDescription({ type: "answer", sdp: answer }).catch((error: unknown) => {
        throw new ApiError("bad_answer", 0, String(error));
      });
      this.watchTransport(pc, abort.signal);
      this.listen(pc, abort.signal);
      this.schedule(CONNECT_WITHIN_MS, () => this.lost());
      await this.refit();
    } catch (caught) {
      if (!abort.signal.aborted) this.refuse(asApiError(caught));
    }
  }

  /** What does not fit is sent all the same: no reason to be without a picture. */
  private async refit(): Promise<void> {
    await this.adjust?.().catch(() => undefined);
  }

  private follow(pc: RTCPeerConnection, signal: AbortSignal): void {
    const streams: MediaStream[] = [];
    pc.addEventListener("track", ({ track, transceiver }) => {
      // Each slot has two lines, and browsers number lines from 0.
      const slot = Number(transceiver.mid) >> 1;
      const stream = streams[slot] ?? new MediaStream();
      streams[slot] = stream;
      stream.addTrack(track);
      this.handlers.onStream?.(stream, slot);
    });
    const onChange = () => {
      if (!signal.aborted) this.onConnection(pc.connectionState);
    };
    pc.addEventListener("connectionstatechange", onChange);
  }

  /** A relay that ends in order says so over DTLS, long before ICE would notice. */
  private watchTransport(pc: RTCPeerConnection, signal: AbortSignal): void {
    // All share it. The first ones may have been refused.
    const last = pc.getTransceivers().at(-1);
    const transport = last?.sender.transport ?? last?.receiver.transport;
    transport?.addEventListener("statechange", () => {
      if (signal.aborted || transport.state !== "closed") return;
      this.session = null;
      // Whoever ended it may be about to say why: the word comes over the WebSocket.
      this.attempt = Math.max(1, this.attempt);
      this.lost();
    });
  }

  /** Silence is told from `connected` on: before that there is the deadline for connecting. */
  private listen(pc: RTCPeerConnection, signal: AbortSignal): void {
    const silence = new Silence();
    const timer = setInterval(async () => {
      if (pc.connectionState !== "connected" && pc.connectionState !== "disconnected") return;
      const report = await pc.getStats();
      const silentMs = silence.read(report.values() as Iterable<Record<string, unknown>>, performance.now());
      if (!signal.aborted && silentMs >= (this.suspected ? SUSPECT_SILENT_MS : silence.longestMs)) this.lost();
    }, LISTEN_EVERY_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  private onConnection(connection: RTCPeerConnectionState): void {
    switch (connection) {
      case "connected":
        this.attempt = 0;
        this.schedule(null);
        return this.enter("connected", null);
      case "disconnected":
        this.schedule(DISCONNECTED_PATIENCE_MS, () => this.lost());
        return this.enter("reconnecting", null);
      case "failed":
        return this.lost();
      default:
        return;
    }
  }

  private lost(): void {
    this.enter("reconnecting", null);
    this.restart(backoffMs(this.attempt, Math.random(), RETRY));
    this.attempt += 1;
  }

  private refuse(error: ApiError): void {
    if (FINAL_STATUS.has(error.status)) {
      this.release();
      this.enter("refused", error);
      return;
    }
    this.enter("reconnecting", error);
    this.restart(error.retryAfterMs ?? backoffMs(this.attempt, Math.random(), RETRY));
    this.attempt += 1;
  }

  private restart(afterMs: number): void {
    this.release();
    this.schedule(afterMs, () => void this.negotiate());
  }

  private release(): void {
    this.attemptAbort.abort();
    this.schedule(null);
    const { pc, session } = this;
    this.pc = null;
    this.session = null;
    if (session === null) return pc?.close();
    // The relay ends a session whose connection is closed, and knew none to delete if it heard of that first.
    const closed = setTimeout(() => pc?.close(), DELETED_WITHIN_MS);
    void deleteSession(this.endpoint, session).then(() => {
      clearTimeout(closed);
      pc?.close();
    });
  }

  private schedule(afterMs: number | null, then: () => void = () => undefined): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = afterMs === null ? null : setTimeout(then, afterMs);
  }

  private enter(state: PeerState, error: ApiError | null): void {
    this.state = state;
    this.handlers.onState(state, error);
  }
}
