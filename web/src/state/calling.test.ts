import { signal } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import type { AskCall, CallOp, OwnCallNews } from "../core/calls.ts";
import { ApiError } from "../core/errors.ts";
import type { PeerState } from "../core/peer.ts";
import type { Call } from "../core/protocol.ts";
import { Calling, type CallMedia, type CallTab } from "./calling.ts";

const PLACE = { whip_url: "https://shop.example/whip/s1", publish_token: "t1" };
const BOTH = { camera: null, microphone: null };

function call(state: Call["state"], more: Partial<Call> = {}): Call {
  const user = { id: "u1", handle: "ana", display_name: "Ana" };
  const rest = { note: "", requested_at: "2026-11-22T10:00:00Z", muted: false, hidden: false };
  return { id: "c1", show: "s1", user, state, ...rest, ...more };
}

class FakeTrack {
  enabled = true;
}

/** A camera and a session that do what the test says. */
class FakeMedia implements CallMedia {
  readonly stream = signal<MediaStream | null>(null);
  readonly connection = signal<{ state: PeerState }>({ state: "closed" });
  readonly sound = new FakeTrack();
  readonly picture = new FakeTrack();
  readonly log: string[] = [];
  publication = { publish_token: "" };
  allowed = true;

  open(choice: { camera: string | null | false }): Promise<boolean> {
    this.log.push(choice.camera === false ? "open microphone" : "open both");
    const tracks = { getAudioTracks: () => [this.sound], getVideoTracks: () => [this.picture] };
    if (this.allowed) this.stream.value = tracks as unknown as MediaStream;
    return Promise.resolve(this.allowed);
  }

  goLive(publication: { publish_token: string }): void {
    this.publication = publication;
    this.log.push(`publish ${publication.publish_token}`);
    this.connection.value = { state: "connected" };
  }

  dispose(over = false): void {
    if (this.stream.value || this.connection.value.state !== "closed") this.log.push(over ? "over" : "stop");
    this.stream.value = null;
    this.connection.value = { state: "closed" };
  }
}

class FakeTab implements CallTab {
  kept: string | null = null;
  granted = true;
  remembers = (id: string) => this.kept === id;
  remember = (id: string | null) => {
    this.kept = id;
  };
  mayCapture = () => Promise.resolve(this.granted);
}

let media: FakeMedia;
let tab: FakeTab;
let asked: [op: CallOp, d: object][];
let answer: (op: CallOp) => Promise<{ call: Call }>;
let own: () => Promise<OwnCallNews>;
let calling: Calling;

beforeEach(() => {
  [media, tab, asked] = [new FakeMedia(), new FakeTab(), []];
  answer = () => Promise.resolve({ call: call("requested", { position: 3 }) });
  own = () => Promise.resolve({ call: null });
  const ask: AskCall = (op, d) => {
    asked.push([op, d]);
    return answer(op);
  };
  const http = { get: <T>() => own() as Promise<T> };
  calling = new Calling("s/1", { ask, http, media, tab });
});

async function onStage(): Promise<void> {
  calling.hear({ call: call("accepted", { slot: 1 }), ...PLACE });
  await calling.prepare(BOTH);
  calling.enter();
  calling.hear({ call: call("live", { slot: 1 }) });
}

describe("a call", () => {
  it("is asked for with a note or without, and waits as the server says", async () => {
    await calling.request();
    await calling.request("about tea");
    expect(asked.map(([, d]) => d)).toEqual([{}, { note: "about tea" }]);
    expect([calling.phase.value, calling.call.value?.position]).toEqual(["requested", 3]);
  });

  it("is none when the server refuses it", async () => {
    answer = () => Promise.reject(new ApiError("calls_off", 0, ""));
    await expect(calling.request()).rejects.toThrow("calls_off");
    expect(calling.phase.value).toBe("none");
  });

  it("goes from the request over the green room to the stage, and publishes once", async () => {
    await calling.request();
    await calling.prepare(BOTH);
    calling.enter();
    expect(media.log).toEqual(["open both"]);
    calling.hear({ call: call("accepted", { slot: 2 }), ...PLACE });
    calling.enter();
    for (const state of ["green", "live"] as const) calling.hear({ call: call(state, { slot: 2 }) });
    expect(media.log).toEqual(["open both", "publish t1"]);
    expect([calling.phase.value, calling.publishing.value, tab.kept]).toEqual(["live", true, "c1"]);
  });

  it("does not publish without a stream", () => {
    calling.hear({ call: call("accepted"), ...PLACE });
    calling.enter();
    expect(media.log).toEqual([]);
  });

  it("does not publish without a token", async () => {
    calling.hear({ call: call("accepted") });
    await calling.prepare(BOTH);
    calling.enter();
    expect(media.log).toEqual(["open both"]);
  });

  it("comes with the microphone alone when the camera was refused", async () => {
    media.allowed = false;
    expect(await calling.prepare(BOTH)).toBe(false);
    media.allowed = true;
    expect(await calling.prepare({ camera: false, microphone: null })).toBe(true);
    expect(media.log).toEqual(["open both", "open microphone"]);
  });

  it.each(["ended", "declined", "expired"] as const)("lets camera and stage go when it is %s", async (state) => {
    await onStage();
    calling.hear({ call: call(state, { reason: "another time" }) });
    expect(media.log.at(-1)).toBe("over");
    expect([calling.phase.value, calling.call.value?.reason, tab.kept]).toEqual(["over", "another time", null]);
    calling.dismiss();
    expect(calling.phase.value).toBe("none");
  });

  it("is not told to be over twice", async () => {
    await onStage();
    for (let time = 0; time < 2; time += 1) {
      calling.hear({ call: call("ended") });
      calling.dismiss();
    }
    expect(calling.phase.value).toBe("none");
  });

  it("is not ended by the news of an older one", async () => {
    await onStage();
    calling.hear({ call: call("cancelled", { id: "c0" }) });
    expect([calling.phase.value, media.log.at(-1)]).toEqual(["live", "publish t1"]);
  });

  it("stops the picture at once when one leaves, even without an answer", async () => {
    await onStage();
    answer = () => Promise.reject(new ApiError("network", 0, ""));
    await expect(calling.leave()).rejects.toThrow("network");
    expect([media.log.at(-1), calling.away.value]).toEqual(["stop", true]);
  });

  it("mutes and hides oneself, also after another camera was chosen", async () => {
    await onStage();
    calling.speak(false);
    calling.film(false);
    media.sound.enabled = true;
    await calling.prepare(BOTH);
    expect([media.sound.enabled, media.picture.enabled]).toEqual([false, false]);
    calling.speak(true);
    expect(media.sound.enabled).toBe(true);
  });

  it("starts the next time with microphone and camera on", async () => {
    await onStage();
    calling.speak(false);
    calling.hear({ call: call("ended") });
    expect(calling.speaking.value).toBe(true);
  });
});

describe("after a reload", () => {
  it("comes back by itself in the tab that was on stage", async () => {
    tab.kept = "c1";
    calling.hear({ call: call("live", { slot: 1 }), ...PLACE });
    await calling.resume();
    expect(media.log).toEqual(["open both", "publish t1"]);
    await calling.resume();
    expect(media.log).toHaveLength(2);
  });

  it.each([
    ["another tab was on stage", () => (tab.kept = "c0")],
    ["the browser would ask", () => (tab.granted = false)],
  ])("waits for the person when %s", async (_why, given) => {
    tab.kept = "c1";
    given();
    calling.hear({ call: call("live", { slot: 1 }), ...PLACE });
    await calling.resume();
    expect([media.log, calling.away.value]).toEqual([[], true]);
  });

  it("gives way to another tab", async () => {
    await onStage();
    calling.yieldTo();
    expect([media.log.at(-1), calling.away.value, tab.kept]).toEqual(["stop", true, null]);
  });
});

describe("after a lost connection", () => {
  it("finds out that it was accepted", async () => {
    await calling.request();
    own = () => Promise.resolve({ call: call("accepted", { slot: 1 }), ...PLACE });
    await calling.refresh();
    await calling.prepare(BOTH);
    calling.enter();
    expect(media.log.at(-1)).toBe("publish t1");
  });

  it("finds out that it is over", async () => {
    await onStage();
    await calling.refresh();
    expect([calling.phase.value, media.log.at(-1)]).toEqual(["over", "over"]);
  });

  it("hears why after it was found to be over", async () => {
    await onStage();
    own = () => Promise.resolve({ call: null });
    await calling.refresh();
    calling.hear({ call: call("ended", { reason: "ended_by_staff" }) });
    expect(calling.call.value?.reason).toBe("ended_by_staff");
    calling.hear({ call: call("ended", { reason: "time_up" }) });
    expect(calling.call.value?.reason).toBe("ended_by_staff");
  });

  it("keeps what it knows when the server does not answer", async () => {
    await onStage();
    own = () => Promise.reject(new ApiError("network", 0, ""));
    await calling.refresh();
    expect(calling.phase.value).toBe("live");
  });

  it("believes the news more than an older answer", async () => {
    await calling.request();
    let first = true;
    own = () => {
      if (first) calling.hear({ call: call("accepted", { slot: 1 }), ...PLACE });
      const state = first ? "requested" : "accepted";
      first = false;
      return Promise.resolve({ call: call(state, { slot: 1 }) });
    };
    await calling.refresh();
    expect(calling.phase.value).toBe("accepted");
  });
});

describe("a session that is lost", () => {
  const told = (token: string, state: Call["state"] = "live") => {
    own = () => Promise.resolve({ call: call(state, { slot: 1 }), ...PLACE, publish_token: token });
  };

  it("is negotiated anew with another token", async () => {
    await onStage();
    told("t2");
    await calling.follow("reconnecting");
    expect(media.publication.publish_token).toBe("t2");
    expect(media.log).toEqual(["open both", "publish t1"]);
  });

  it("is begun again when the stage refused a token that was used, but not for ever", async () => {
    await onStage();
    for (const token of ["t2", "t3", "t4", "t5"]) {
      told(token);
      media.connection.value = { state: "refused" };
      await calling.follow("refused");
    }
    expect(media.log.slice(1)).toEqual(["publish t1", "publish t2", "publish t3", "publish t4"]);
  });

  it("stays lost when there is no other token", async () => {
    await onStage();
    told("t1");
    media.connection.value = { state: "refused" };
    await calling.follow("refused");
    expect([media.log.at(-1), calling.away.value]).toEqual(["publish t1", true]);
  });
});

it("is nobody's any more when another person signs in", async () => {
  await onStage();
  calling.reset();
  expect([calling.phase.value, media.log.at(-1)]).toEqual(["none", "stop"]);
});
