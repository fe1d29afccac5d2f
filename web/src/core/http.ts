// The typed fetch client of /api/v1. Answers are trusted to have the documented shape; refusals become ApiError.
import { backoffMs } from "./backoff.ts";
import { ApiError, asApiError, networkError } from "./errors.ts";
import { at } from "./shopPath.ts";

export interface HttpPorts {
  readonly fetch: typeof fetch;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
}

const browser: HttpPorts = {
  fetch: (input, init) => fetch(input, init),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

/** Tries of a request that carries an Idempotency-Key; others are sent once. */
const KEYED_TRIES = 3;

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface RequestOptions {
  /** Sent as JSON, a file as it is. */
  readonly body?: unknown;
  /** Idempotency-Key: the same on each retry, so that an order is placed once however often it is sent. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

export class Http {
  /** Somebody did something and the server does not know who it was. */
  onStranger: () => void = () => undefined;

  constructor(
    private readonly base = at("/api/v1"),
    private readonly ports: HttpPorts = browser,
  ) {}

  get<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return this.request<T>("GET", path, options);
  }

  post<T>(path: string, body: unknown = {}, key?: string): Promise<T> {
    return this.request<T>("POST", path, key === undefined ? { body } : { body, key });
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.request<T>("PUT", path, { body });
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.request<T>("PATCH", path, { body });
  }

  /** Raises ApiError. */
  async request<T>(method: Method, path: string, options: RequestOptions): Promise<T> {
    const tries = options.key === undefined ? 1 : KEYED_TRIES;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.once<T>(method, path, options);
      } catch (caught) {
        const error = asApiError(caught);
        if (!error.retryable || attempt + 1 >= tries) throw error;
        await this.ports.sleep(error.retryAfterMs ?? backoffMs(attempt, this.ports.random()));
      }
    }
  }

  private async once<T>(method: Method, path: string, options: RequestOptions): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json" };
    const init: RequestInit = { method, headers, credentials: "same-origin" };
    if (options.body instanceof Blob) {
      headers["Content-Type"] = options.body.type || "application/octet-stream";
      init.body = options.body;
    } else if (options.body !== undefined) {
      headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(options.body);
    }
    if (options.key !== undefined) headers["Idempotency-Key"] = options.key;
    if (options.signal) init.signal = options.signal;
    const response = await this.ports.fetch(`${this.base}/${path}`, init).catch((error: unknown) => {
      throw networkError(error);
    });
    if (response.status === 401 && method !== "GET" && !path.startsWith("auth/")) this.onStranger();
    if (!response.ok) throw await toProblem(response);
    if (response.status === 204) return undefined as T;
    return (await response.json()) as T;
  }
}

/** RFC 9457 problem details → ApiError; an answer of another kind (a proxy's page) keeps its status. */
export async function toProblem(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const problem = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const code = typeof problem.code === "string" ? problem.code : `http_${response.status}`;
  const words = [problem.detail, problem.title].find((value) => typeof value === "string" && value !== "");
  return new ApiError(
    code,
    response.status,
    String(words ?? response.statusText),
    retryAfterMs(response),
    fieldsOf(problem.errors),
  );
}

function fieldsOf(errors: unknown): Record<string, string> {
  if (typeof errors !== "object" || errors === null) return {};
  return Object.fromEntries(Object.entries(errors).map(([field, expected]) => [field, String(expected)]));
}

function retryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get("Retry-After") ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
}

export function newKey(): string {
  return typeof crypto.randomUUID === "function" ? crypto.randomUUID() : insecureContextKey();
}

/** `randomUUID` exists on secure pages only; a LAN test over plain HTTP still needs unique keys. */
function insecureContextKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
