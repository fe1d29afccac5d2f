// The check of one red packet: its proof from the server or a file, and what the person saw before the draw.
import { type ReadonlySignal, signal } from "@preact/signals";
import { asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import { check, type Step, Unreadable } from "../core/packetProof.ts";

export interface Seen {
  /** The commitment that was shown before the packet opened. */
  readonly commitment: string | null;
  readonly person: string | null;
  readonly nonce: string | null;
}

export type VerificationState =
  | { readonly kind: "idle" }
  | { readonly kind: "checking" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "done"; readonly steps: readonly Step[]; readonly proof: Readonly<Record<string, unknown>> };

export class Verification {
  private readonly current = signal<VerificationState>({ kind: "idle" });

  constructor(
    private readonly http: Http,
    private readonly seen: Seen,
  ) {}

  get state(): ReadonlySignal<VerificationState> {
    return this.current;
  }

  fetch(packet: string): Promise<void> {
    const path = `red-packets/${encodeURIComponent(packet)}/proof`;
    return this.run(async () => (await this.http.get<{ proof: unknown }>(path)).proof, this.seen);
  }

  /** A file may be of any packet, so what was seen of another one does not count. */
  read(file: Blob): Promise<void> {
    return this.run(async () => proofIn(JSON.parse(await file.text())), {
      commitment: null,
      person: null,
      nonce: null,
    });
  }

  private async run(find: () => Promise<unknown>, seen: Seen): Promise<void> {
    this.current.value = { kind: "checking" };
    try {
      const proof = await find();
      const steps = [...(await check(proof)), ...compared(proof as Readonly<Record<string, unknown>>, seen)];
      this.current.value = { kind: "done", steps, proof: proof as Readonly<Record<string, unknown>> };
    } catch (error) {
      this.current.value = { kind: "failed", reason: reasonOf(error) };
    }
  }
}

/** What only this person can check: the commitment of before, and his own nonce. */
function compared(proof: Readonly<Record<string, unknown>>, seen: Seen): readonly Step[] {
  const steps: Step[] = [];
  if (seen.commitment !== null) {
    steps.push({ name: "as announced", good: proof.commitment === seen.commitment, seen: seen.commitment });
  }
  if (seen.person !== null && seen.nonce !== null && Array.isArray(proof.entrants)) {
    const mine = proof.entrants.some((entry) => entry[0] === seen.person && entry[1] === seen.nonce);
    steps.push({ name: "your entry", good: mine, seen: seen.nonce });
  }
  return steps;
}

/** As the server answers it, or the proof alone. */
function proofIn(found: unknown): unknown {
  if (typeof found === "object" && found !== null && "proof" in found) return found.proof;
  return found;
}

function reasonOf(error: unknown): string {
  if (error instanceof Unreadable) return error.message;
  if (error instanceof SyntaxError) return "not_json";
  const { code, detail } = asApiError(error);
  return code === "not_found" ? "no_packet" : detail;
}
