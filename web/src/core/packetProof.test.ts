import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { check, split, Unreadable } from "./packetProof.ts";

interface Golden {
  readonly splits: readonly {
    readonly packet: string;
    readonly seed: string;
    readonly kind: string;
    readonly total_minor: number;
    readonly shares: number;
    readonly amounts: readonly number[];
  }[];
  readonly proofs: readonly { readonly name: string; readonly proof: object; readonly steps: readonly unknown[] }[];
  readonly tampered: readonly { readonly name: string; readonly proof: object; readonly bad: readonly string[] }[];
}

/** The same file as the server's own check reads. */
const golden: Golden = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../../tests/vectors/packets.json"), "utf8"),
);
const whole = golden.proofs[0]?.proof ?? {};

describe("a packet's proof", () => {
  it.each(golden.proofs)("is good in every step: $name", async ({ proof, steps }) => {
    const found = await check(proof);
    expect(found.map(({ name, good, seen }) => [name, good, seen])).toEqual(steps);
    expect(found.every((step) => step.good)).toBe(true);
  });

  it.each(golden.tampered)("is exposed when it was tampered with: $name", async ({ proof, bad }) => {
    const found = await check(proof);
    expect(found.filter((step) => !step.good).map((step) => step.name)).toEqual(bad);
  });

  it.each(golden.splits)("splits $total_minor in $shares, $kind, as the server does", async (each) => {
    const seed = Uint8Array.from(each.seed.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
    expect(await split(each.packet, seed, each.kind, each.total_minor, each.shares)).toEqual(each.amounts);
  });

  it.each([
    ["another format", { ...whole, format: "another" }],
    ["an open packet", { ...whole, seed: null }],
    ["a seed of other digits", { ...whole, seed: "xyz" }],
    ["no entrants", { ...whole, entrants: null }],
    ["an entrant of two words", { ...whole, entrants: [["a b", "n"]] }],
    ["a result of nobody", { ...whole, results: [{}] }],
    ["an amount below zero", { ...whole, refunded_minor: -1 }],
    ["parameters of nothing", { ...whole, parameters: {} }],
    ["a list", []],
    ["nothing", null],
  ])("is none: %s", async (_name, proof) => {
    await expect(check(proof)).rejects.toThrow(Unreadable);
  });
});
