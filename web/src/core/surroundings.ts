// Where the socket of a room runs: in a page, or in a program without one.
import { at } from "./shopPath.ts";

/** What the world outside tells: the network went and came, the page was hidden and seen. */
export type Presence = "hold" | "release" | "hide" | "show";

export interface Surroundings {
  /** Of the server's `/ws`. */
  readonly url: string;
  /** For the handshake, such as `Authorization`; pages have a cookie instead and cannot send any. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of staff that looks on: neither counted nor told of. */
  readonly invisible?: boolean;
  /** Tells how things stand, and each change until `signal` aborts. */
  watch(tell: (presence: Presence) => void, signal: AbortSignal): void;
}

export function inBrowser(): Surroundings {
  return {
    url: socketUrl(location.origin + at("/ws")),
    invisible: /[?&]invisible\b/.test(location.search),
    watch(tell, signal) {
      window.addEventListener("online", () => tell("release"), { signal });
      window.addEventListener("offline", () => tell("hold"), { signal });
      const onVisibility = () => tell(document.visibilityState === "hidden" ? "hide" : "show");
      document.addEventListener("visibilitychange", onVisibility, { signal });
      if (!navigator.onLine) tell("hold");
      if (document.visibilityState === "hidden") tell("hide");
    },
  };
}

/** For Node and the like: a program is never hidden, and learns of a lost network from its sockets. */
export function inProgram(server: string, token?: string): Surroundings {
  const url = socketUrl(`${server.replace(/\/+$/, "")}/ws`);
  return token ? { url, headers: { Authorization: `Bearer ${token}` }, watch() {} } : { url, watch() {} };
}

function socketUrl(address: string): string {
  const url = new URL(address);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
