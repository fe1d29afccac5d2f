import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Broadcast } from "./broadcast.ts";

interface FakeTrack {
  readonly kind: string;
  readyState: string;
  stop(): void;
  getSettings(): { deviceId: string };
}

let tracks: FakeTrack[];
let refusals: string[];

function track(kind: string, deviceId: string): FakeTrack {
  const made: FakeTrack = {
    kind,
    readyState: "live",
    stop: () => {
      made.readyState = "ended";
    },
    getSettings: () => ({ deviceId }),
  };
  tracks.push(made);
  return made;
}

function picked(constraint: unknown, fallback: string): string {
  const { deviceId } = (constraint as { deviceId?: { exact: string } }) ?? {};
  return deviceId?.exact ?? fallback;
}

beforeEach(() => {
  tracks = [];
  refusals = [];
  vi.stubGlobal("navigator", {
    mediaDevices: {
      enumerateDevices: () => Promise.resolve([{ kind: "videoinput", deviceId: "cam1" }]),
      getUserMedia: ({ video }: { video: unknown }) => {
        const refusal = refusals.shift();
        if (refusal) return Promise.reject(Object.assign(new Error(), { name: refusal }));
        const made = [track("video", picked(video, "cam1"))];
        return Promise.resolve({ getTracks: () => made, getVideoTracks: () => made, getAudioTracks: () => [] });
      },
    },
  });
});

afterEach(() => vi.unstubAllGlobals());

const live = () => tracks.filter((entry) => entry.readyState === "live").length;

describe("Broadcast", () => {
  it("says which camera was really opened", async () => {
    const broadcast = new Broadcast();
    expect(await broadcast.open()).toBe(true);
    expect(broadcast.choice.value.camera).toBe("cam1");
    expect(broadcast.devices.value.cameras).toHaveLength(1);
  });

  it("lets the old camera go when another one is chosen", async () => {
    const broadcast = new Broadcast();
    await broadcast.open();
    await broadcast.open({ camera: "cam2", microphone: null });
    expect(broadcast.choice.value.camera).toBe("cam2");
    expect(live()).toBe(1);
  });

  it("asks for less when the camera cannot do what was asked", async () => {
    refusals = ["OverconstrainedError"];
    const broadcast = new Broadcast();
    expect(await broadcast.open({ camera: "gone", microphone: null })).toBe(true);
    expect(broadcast.choice.value.camera).toBe("cam1");
  });

  it("does not ask again when the person said no", async () => {
    refusals = ["NotAllowedError"];
    const broadcast = new Broadcast();
    expect(await broadcast.open()).toBe(false);
    expect(broadcast.captureError.value?.code).toBe("refused");
    expect(tracks).toHaveLength(0);
  });

  it("leaves no camera on", async () => {
    const broadcast = new Broadcast();
    await broadcast.open();
    broadcast.dispose();
    broadcast.dispose();
    expect(live()).toBe(0);
    expect(broadcast.stream.value).toBeNull();
  });
});
