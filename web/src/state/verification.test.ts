import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import { type Seen, Verification } from "./verification.ts";

const golden = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../../tests/vectors/packets.json"), "utf8"));
const proof = golden.proofs[0].proof;
const [person, nonce] = proof.entrants[0];
const nothing: Seen = { commitment: null, person: null, nonce: null };

function verification(seen: Seen = nothing, answer: unknown = { proof }) {
  const get = async () => {
    if (answer instanceof ApiError) throw answer;
    return answer;
  };
  return new Verification({ get } as unknown as Http, seen);
}

async function outcome(seen: Seen): Promise<Record<string, boolean>> {
  const check = verification(seen);
  await check.fetch("r1");
  const state = check.state.value;
  if (state.kind !== "done") throw new Error(state.kind);
  return Object.fromEntries(state.steps.map((step) => [step.name, step.good]));
}

describe("the check of a packet", () => {
  it("compares what the person saw before with what the proof says", async () => {
    const seen = { commitment: proof.commitment, person, nonce };
    expect(await outcome(seen)).toMatchObject({ "as announced": true, "your entry": true, draw: true });
    expect(await outcome({ ...seen, commitment: "00" })).toMatchObject({ "as announced": false, draw: true });
    expect(await outcome({ ...seen, nonce: "another" })).toMatchObject({ "your entry": false });
    expect(await outcome(nothing)).not.toHaveProperty("as announced");
  });

  it("takes a file as the server answers it, and does not mix it with another packet", async () => {
    const check = verification({ commitment: "of another packet", person, nonce: "n" });
    await check.read(new Blob([JSON.stringify({ proof })]));
    const state = check.state.value;
    expect(state.kind === "done" && state.steps.every((step) => step.good)).toBe(true);
  });

  it.each([
    ["rubbish", "not_json"],
    ["{}", /no proof/],
    [JSON.stringify({ ...proof, seed: null }), /^seed_secret$/],
  ])("says why a file is none: %s", async (content, reason) => {
    const check = verification();
    await check.read(new Blob([content]));
    expect(check.state.value).toEqual({ kind: "failed", reason: expect.stringMatching(reason) });
  });

  it("says that there is no such packet", async () => {
    const check = verification(nothing, new ApiError("not_found", 404, "no such red packet"));
    await check.fetch("r1");
    expect(check.state.value).toEqual({ kind: "failed", reason: "no_packet" });
  });
});
