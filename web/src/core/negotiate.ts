// WHIP (RFC 9725) and WHEP over fetch: an offer goes up, an answer and the address of the session come back.
import { networkError } from "./errors.ts";
import { toProblem } from "./http.ts";

export interface Endpoint {
  readonly url: string;
  /** The publish token; viewers come with their cookie or as guests. */
  readonly token: string | null;
}

export interface Negotiated {
  readonly answer: string;
  readonly location: string;
  /** STUN and TURN servers that the answer names in `Link` headers. */
  readonly iceServers: readonly RTCIceServer[];
}

/** Keeps the path and drops the host: the page may speak to its own origin only, whatever name the operator gave it. */
export function sameOrigin(url: string, base: string = location.href): string {
  const { pathname, search } = new URL(url, base);
  return pathname + search;
}

/** Raises ApiError with the server's code, or `network` when there is no answer. */
export async function postOffer(endpoint: Endpoint, sdp: string, signal: AbortSignal): Promise<Negotiated> {
  const url = sameOrigin(endpoint.url);
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/sdp", Accept: "application/sdp", ...authorization(endpoint) },
    body: sdp,
    credentials: "same-origin",
    signal,
  }).catch((error: unknown) => {
    throw networkError(error);
  });
  if (!response.ok) throw await toProblem(response);
  const session = sameOrigin(response.headers.get("Location") ?? "", new URL(url, location.href).href);
  return {
    answer: await response.text(),
    location: session,
    iceServers: iceServersOf(response.headers.get("Link") ?? ""),
  };
}

/** `Link: <turn:…>; rel="ice-server"; username="…"; credential="…"` (RFC 9725 section 4.6); other links are ignored. */
export function iceServersOf(link: string): RTCIceServer[] {
  const servers: RTCIceServer[] = [];
  for (const [, urls = "", attributes = ""] of link.matchAll(/<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*"[^"]*")*)/g)) {
    const named = Object.fromEntries(
      [...attributes.matchAll(/([\w-]+)\s*=\s*"([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
    );
    if (named.rel !== "ice-server") continue;
    const { username, credential } = named;
    servers.push(username && credential ? { urls, username, credential } : { urls });
  }
  return servers;
}

/** `keepalive` lets the request outlive the page. Never rejects: a session that is not deleted times out. */
export function deleteSession(endpoint: Endpoint, session: string): Promise<unknown> {
  return fetch(session, {
    method: "DELETE",
    headers: authorization(endpoint),
    credentials: "same-origin",
    keepalive: true,
  }).catch(() => undefined);
}

function authorization(endpoint: Endpoint): Record<string, string> {
  return endpoint.token === null ? {} : { Authorization: `Bearer ${endpoint.token}` };
}
