// What can go wrong between this page and the server, as values with a stable code. The words are in ui/strings.ts.

/** A refusal or failure of one request. `code` is the server's, or `network` when no answer came. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: string,
    readonly retryAfterMs: number | null = null,
    /** Which fields are at fault, and what is expected of them. */
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = "ApiError";
  }

  /** Nothing was decided: the same request with the same key may be sent again. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** Bytes from the server that are not a frame of the protocol. */
export class CodecError extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = "CodecError";
  }
}

export type CaptureCode = "refused" | "missing" | "busy" | "insecure" | "failed";

/** Camera or microphone could not be opened. */
export class CaptureError extends Error {
  constructor(readonly code: CaptureCode) {
    super(code);
    this.name = "CaptureError";
  }
}

/** For catch clauses: anything but a refusal or a lost network is a fault of ours and is thrown on. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}

/** What `fetch` throws when no answer came: TypeError, or a DOMException when it was aborted. */
export function networkError(error: unknown): ApiError {
  return new ApiError("network", 0, error instanceof Error ? error.message : String(error));
}

export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
