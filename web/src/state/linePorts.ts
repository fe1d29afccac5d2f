// What a test of the line does in a browser: a session that only receives, and pieces of nothing over HTTP.
import type { Http } from "../core/http.ts";
import type { Peer } from "../core/peer.ts";
import { at } from "../core/shopPath.ts";
import { watcher } from "../core/watch.ts";
import { type LinePorts, type Route, routeOf } from "./lineTest.ts";

const CONNECT_WITHIN_MS = 12_000;
const LOOKS = 10;
const LOOK_EVERY_MS = 200;

/** Nobody sees anything of it: the session takes and sends no picture. */
export function linePorts(http: Http, show: string): LinePorts {
  return {
    connect: () => connected(at(`/whep/${encodeURIComponent(show)}`)),
    upload: async (bytes) => {
      // Not a row of zeros: something on the way might make little of it.
      const piece = new Blob([crypto.getRandomValues(new Uint8Array(bytes))]);
      await http.request("POST", "line-test", { body: piece });
    },
    nowMs: () => performance.now(),
  };
}

/** The pair of addresses may be chosen a moment after the connection stands. */
async function chosen(peer: Peer | null): Promise<Route | null> {
  for (let look = 0; look < LOOKS; look += 1) {
    const report = await peer?.stats();
    const route = report ? routeOf(report.values() as Iterable<Record<string, unknown>>) : null;
    if (route) return route;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return null;
}

function connected(url: string): Promise<Route | null> {
  return new Promise((resolve) => {
    let peer: Peer | null = null;
    const done = (route: Route | null) => {
      clearTimeout(timer);
      // The relay hears over the connection itself that it is over, before a request could say so.
      peer?.dispose(route !== null);
      resolve(route);
    };
    const timer = setTimeout(() => done(null), CONNECT_WITHIN_MS);
    peer = watcher(url, {
      onState: async (state) => {
        if (state === "refused") done(null);
        if (state !== "connected") return;
        done(await chosen(peer));
      },
    });
    peer.start();
  });
}
