import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Peer, type PeerState } from "./peer.ts";

/** A connection that does nothing by itself; the test moves it. */
class FakeConnection extends EventTarget {
  static all: FakeConnection[] = [];
  connectionState: RTCPeerConnectionState = "new";
  configuration: RTCConfiguration = {};
  closed = false;
  readonly transport = Object.assign(new EventTarget(), { state: "connected" });

  constructor() {
    super();
    FakeConnection.all.push(this);
  }

  createOffer = () => Promise.resolve({ type: "offer", sdp: `offer ${FakeConnection.all.length}` });
  setConfiguration = (configuration: RTCConfiguration) => {
    this.configuration = configuration;
  };
  setLocalDescription = () => Promise.resolve();
  setRemoteDescription = () => Promise.resolve();
  relayIsDead = false;
  private heard = 0;
  getStats = () => {
    this.heard += this.relayIsDead ? 0 : 1;
    return Promise.resolve(new Map([["pair", { type: "candidate-pair", responsesReceived: this.heard }]]));
  };
  getTransceivers = () => [
    {
      sender: { transport: this.transport, replaceTrack: () => Promise.resolve() },
      receiver: { track: { kind: "video" } },
    },
  ];
  close = () => {
    this.closed = true;
  };

  move(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }
}

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | null;
  readonly keepalive: boolean;
}

let sent: Sent[];
let answers: (() => Response)[];
let states: PeerState[];
let page: EventTarget;
let adjust: (() => Promise<void>) | null;

const accepted = (session: string) => () =>
  new Response("answer", { status: 201, headers: { Location: `/whip/s1/${session}` } });
const refusal = (status: number, code: string) => () => Response.json({ code, status, detail: code }, { status });

beforeEach(() => {
  vi.useFakeTimers();
  FakeConnection.all = [];
  [sent, answers, states, page, adjust] = [[], [], [], new EventTarget(), null];
  vi.stubGlobal("window", page);
  vi.stubGlobal("location", { href: "https://shop.example/studio" });
  vi.stubGlobal("RTCPeerConnection", FakeConnection);
  vi.stubGlobal("MediaStream", class {});
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    const authorization = new Headers(init.headers).get("Authorization");
    sent.push({ method: init.method ?? "", url, authorization, keepalive: init.keepalive === true });
    if (init.method === "DELETE") return Promise.resolve(new Response(null, { status: 200 }));
    const answer = answers.shift();
    return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError("Failed to fetch"));
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function started(): Promise<Peer> {
  const endpoint = { url: "http://other.example/whip/s1", token: "secret" };
  const peer = new Peer(endpoint, () => adjust, { onState: (state) => states.push(state) });
  peer.start();
  await vi.advanceTimersByTimeAsync(0);
  return peer;
}

const latest = () => FakeConnection.all.at(-1) as FakeConnection;
const methods = () => sent.map((request) => `${request.method} ${request.url}`);

describe("Peer", () => {
  it("posts one offer to its own origin with the token and reports the connection", async () => {
    answers = [accepted("a")];
    await started();
    latest().move("connected");
    expect(sent).toEqual([{ method: "POST", url: "/whip/s1", authorization: "Bearer secret", keepalive: false }]);
    expect(states).toEqual(["connecting", "connected"]);
  });

  it("gathers addresses with the servers that the answer names", async () => {
    const headers = new Headers({ Location: "/whip/s1/a" });
    headers.append("Link", '<stun:s.example:3478>; rel="ice-server"');
    headers.append("Link", '<https://docs.example>; rel="help"');
    const credentials = 'username="17:x"; credential="a,b=="; credential-type="password"';
    headers.append("Link", `<turn:t.example:3478?transport=udp>; rel="ice-server"; ${credentials}`);
    answers = [() => new Response("answer", { status: 201, headers })];
    await started();
    expect(latest().configuration.iceServers).toEqual([
      { urls: "stun:s.example:3478" },
      { urls: "turn:t.example:3478?transport=udp", username: "17:x", credential: "a,b==" },
    ]);
    expect(latest().configuration.bundlePolicy).toBe("max-bundle");
  });

  it("fits what is sent to the answer, and to another camera; a refusal ends nothing", async () => {
    answers = [accepted("a")];
    adjust = vi.fn(() => Promise.reject(new DOMException("no", "InvalidModificationError")));
    const peer = await started();
    expect(adjust).toHaveBeenCalledTimes(1);
    latest().move("connected");
    await peer.replaceTracks({ getTracks: () => [] } as unknown as MediaStream);
    expect(adjust).toHaveBeenCalledTimes(2);
    expect(states).toEqual(["connecting", "connected"]);
  });

  it("waits while disconnected and goes on when the connection comes back", async () => {
    answers = [accepted("a")];
    await started();
    latest().move("connected");
    latest().move("disconnected");
    await vi.advanceTimersByTimeAsync(2_000);
    latest().move("connected");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual(["connecting", "connected", "reconnecting", "connected"]);
    expect(methods()).toEqual(["POST /whip/s1"]);
  });

  it.each(["failed", "disconnected"] as const)("negotiates a new session when it stays %s", async (state) => {
    answers = [accepted("a"), accepted("b")];
    await started();
    latest().move("connected");
    latest().move(state);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(methods()).toEqual(["POST /whip/s1", "DELETE /whip/s1/a", "POST /whip/s1"]);
    expect(FakeConnection.all.map((pc) => pc.closed)).toEqual([true, false]);
  });

  it("takes the relay's goodbye over DTLS for a loss", async () => {
    answers = [accepted("a"), accepted("b")];
    await started();
    latest().move("connected");
    const { transport } = latest();
    transport.state = "closed";
    transport.dispatchEvent(new Event("statechange"));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(methods()).toEqual(["POST /whip/s1", "POST /whip/s1"]);
  });

  it("takes four seconds without a sound for a loss, though the browser still says connected", async () => {
    answers = [accepted("a"), accepted("b")];
    await started();
    latest().move("connected");
    await vi.advanceTimersByTimeAsync(10_000);
    latest().relayIsDead = true;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(methods()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(methods()).toEqual(["POST /whip/s1", "DELETE /whip/s1/a", "POST /whip/s1"]);
  });

  it("believes the server that the relay is lost, if nothing is heard for a second", async () => {
    answers = [accepted("a"), accepted("b")];
    const peer = await started();
    latest().move("connected");
    await vi.advanceTimersByTimeAsync(600);
    latest().relayIsDead = true;
    peer.suspect();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(methods()).toEqual(["POST /whip/s1", "DELETE /whip/s1/a", "POST /whip/s1"]);
  });

  it("keeps a connection that is heard, whatever the server says", async () => {
    answers = [accepted("a")];
    const peer = await started();
    latest().move("connected");
    peer.suspect();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(methods()).toEqual(["POST /whip/s1"]);
  });

  it("tries again when the relay is full or gone, and not when it says no", async () => {
    answers = [
      refusal(503, "unavailable"),
      () => Promise.reject(new TypeError("down")) as never,
      refusal(409, "taken"),
    ];
    await started();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(methods()).toEqual(["POST /whip/s1", "POST /whip/s1", "POST /whip/s1"]);
    expect(states.at(-1)).toBe("refused");
    expect(latest().closed).toBe(true);
  });

  it("gives a session that never connects fifteen seconds", async () => {
    answers = [accepted("a"), accepted("b")];
    await started();
    await vi.advanceTimersByTimeAsync(14_000);
    expect(methods()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(methods()).toEqual(["POST /whip/s1", "DELETE /whip/s1/a", "POST /whip/s1"]);
  });

  it("deletes the session when the page goes, with a request that outlives it", async () => {
    answers = [accepted("a")];
    await started();
    page.dispatchEvent(new Event("pagehide"));
    expect(sent[1]).toEqual({ method: "DELETE", url: "/whip/s1/a", authorization: "Bearer secret", keepalive: true });
    expect(latest().closed).toBe(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(latest().closed).toBe(true);
  });

  it("closes its connection soon even where nobody answers that the session is deleted", async () => {
    answers = [accepted("a")];
    const peer = await started();
    vi.stubGlobal("fetch", () => new Promise(() => undefined));
    peer.dispose();
    await vi.advanceTimersByTimeAsync(499);
    expect(latest().closed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(latest().closed).toBe(true);
  });

  it("deletes nothing that the server has ended", async () => {
    answers = [accepted("a")];
    const peer = await started();
    latest().move("connected");
    peer.dispose(true);
    expect(methods()).toEqual(["POST /whip/s1"]);
    expect(latest().closed).toBe(true);
  });

  it("leaves nothing behind when it is disposed of before the answer came", async () => {
    answers = [accepted("a")];
    const peer = new Peer({ url: "/whep/s1", token: null }, () => null, { onState: () => undefined });
    peer.start();
    peer.dispose();
    await vi.advanceTimersByTimeAsync(60_000);
    const posts = methods().filter((method) => method.startsWith("POST"));
    const deletes = methods().filter((method) => method.startsWith("DELETE"));
    expect(deletes).toHaveLength(posts.length);
    expect(FakeConnection.all.every((pc) => pc.closed)).toBe(true);
  });
});
