import { describe, expect, it } from "vitest";
import { ApiError } from "../core/errors.ts";
import { type Faults, faultOf, inWords, type Judged, placed, wrong } from "./faults.ts";
import { formText } from "./formStrings.ts";

const told = (error: ApiError) => `told: ${error.code}`;

function put(error: ApiError, about: Record<string, string> = {}, currency: string | null = "CNY") {
  return placed(error, { names: new Set(["title", "price", "handle"]), about, currency, told });
}

function invalid(fields: Record<string, string>, code = "invalid"): ApiError {
  return new ApiError(code, 400, "the product is not valid", null, fields);
}

describe("what was refused", () => {
  it("stands beside the field that it is about, in the person's words", () => {
    const { faults, rest } = put(invalid({ title: "1 to 120 characters" }));
    expect(faults).toEqual({ title: formText.long(1, 120) } satisfies Faults);
    expect(rest).toBeNull();
  });

  it("finds a field that has another name here, and says its amounts as money", () => {
    const { faults } = put(invalid({ price_minor: "at most 1990" }), { price_minor: "price" });
    expect(faults.price).toContain("19.90");
    expect(faults.price).not.toContain("1,990");
  });

  it("is said above when it is about no field, and only that", () => {
    const { faults, rest } = put(invalid({ title: "required", stock: "0 to 5" }));
    expect(faults).toEqual({ title: formText.needed });
    expect(rest?.fields).toEqual({ stock: "0 to 5" });
    expect(put(new ApiError("network", 0, "")).rest?.code).toBe("network");
  });

  it("stands beside a field that its code is about", () => {
    const { faults, rest } = put(new ApiError("handle_taken", 409, "taken"), { handle_taken: "handle" });
    expect([faults, rest]).toEqual([{ handle: "told: handle_taken" }, null]);
  });

  it("is told by its code where the code says more than the field, and what is no field is left out", () => {
    const { faults, rest } = put(invalid({ title: "something else", rule: "rul_1" }, "text_refused"));
    expect([faults, rest]).toEqual([{ title: "told: text_refused" }, null]);
    const claimed = put(invalid({ by: "Kim", status: "approved" }, "topic_claimed"));
    expect([claimed.faults, claimed.rest?.code]).toEqual([{}, "topic_claimed"]);
  });

  it("may be found out here, in words of the form, before anything is sent", () => {
    const { faults, rest } = put(wrong({ price: "no amount", title: false }));
    expect([faults, rest]).toEqual([{ price: "no amount" }, null]);
  });
});

describe("what the server expects", () => {
  it.each([
    ["at most 200 characters", formText.shorter(200)],
    ["2 to 32 of a-z, 0-9", formText.made(2, 32, "a-z, 0-9")],
    ["0 to 100 seconds", formText.between("0", "100")],
    ["1 or more", formText.least("1")],
    ["at most 30, each once", formText.once(30)],
    ["later than starts_at", formText.later],
    ["0 to the price", formText.toPrice],
    ["one of a, b", "One of a, b"],
  ])("is said as people say it: %s", (expected, said) => {
    expect(inWords(expected, null)).toBe(said);
  });
});

describe("what the browser finds", () => {
  const control = (validity: Judged["validity"], more: Partial<Judged> = {}): Judged => {
    return { validity, type: "text", value: "", validationMessage: "as the browser says", ...more };
  };

  it.each<[string, Judged, string]>([
    ["empty", control({ valueMissing: true }), formText.needed],
    ["not ticked", control({ valueMissing: true }, { type: "checkbox" }), formText.tick],
    ["no number", control({ badInput: true }, { type: "number" }), formText.number],
    ["too small", control({ rangeUnderflow: true }, { min: "1", max: "" }), formText.least("1")],
    ["out of both", control({ rangeOverflow: true }, { min: "0", max: "100" }), formText.between("0", "100")],
    ["a fraction", control({ stepMismatch: true }), formText.whole],
    ["too short", control({ tooShort: true }, { minLength: 3, maxLength: 80 }), formText.long(3, 80)],
    ["no address", control({ patternMismatch: true }, { type: "url" }), formText.address],
    ["of another form", control({ patternMismatch: true }), formText.shape],
    ["wrong by our own check", control({ customError: true }), "as the browser says"],
  ])("is said in the page's language: %s", (_name, judged, said) => {
    expect(faultOf(judged)).toBe(said);
  });
});
