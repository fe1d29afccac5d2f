import { expect, it, vi } from "vitest";
import type { Prepare } from "./peer.ts";

let prepare: Prepare;
vi.mock("./peer.ts", () => ({
  Peer: class {
    constructor(_endpoint: object, given: Prepare) {
      prepare = given;
    }
  },
}));
const { watcher } = await import("./watch.ts");

function lines(host?: boolean): string[] {
  watcher("/whep/s", { onState: () => undefined }, host);
  const added: string[] = [];
  const addTransceiver = (kind: string, { direction }: { direction: string }) => added.push(`${kind} ${direction}`);
  prepare({ addTransceiver } as unknown as RTCPeerConnection);
  return added;
}

it("asks for the host and three callers from the start, slot by slot", () => {
  expect(lines()).toEqual(Array.from({ length: 4 }, () => ["video recvonly", "audio recvonly"]).flat());
});

it("leaves the host's own picture out, and keeps its place", () => {
  expect(lines(false).slice(0, 4)).toEqual(["audio recvonly", "video inactive", "audio recvonly", "video recvonly"]);
});
