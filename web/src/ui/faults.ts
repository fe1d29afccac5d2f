// What is wrong with a form, control by control: by the browser's own checks, and by what was refused.
import { ApiError } from "../core/errors.ts";
import { formatMoney } from "../core/money.ts";
import { formText as words } from "./formStrings.ts";
import { numbers } from "./strings.ts";

/** By the name of the control, in the person's words. */
export type Faults = Readonly<Record<string, string>>;

/** `words` beside the controls that it names; thrown like a refusal, before anything is sent. */
export function wrong(faults: Readonly<Record<string, string | false>>): ApiError {
  const real = Object.entries(faults).filter((each): each is [string, string] => each[1] !== false);
  return new ApiError(OWN, 0, real[0]?.[1] ?? "", null, Object.fromEntries(real));
}

const OWN = "wrong";
/** The server's code for "a field is not as it should be": it says what was expected. All others have words of their own. */
const EXPECTED = "invalid";

export interface Places {
  /** Which controls there are. */
  readonly names: ReadonlySet<string>;
  /** A field of the server, or a code of its refusals, that is about a control of another name. */
  readonly about: Readonly<Record<string, string>>;
  /** What fields in minor units are in. */
  readonly currency: string | null;
  /** Words for a refusal as a whole. */
  readonly told: (error: ApiError) => string;
}

/** Where to say what was refused: beside controls, and, as `rest`, what is about none of them. */
export function placed(
  error: ApiError,
  { names, about, currency, told }: Places,
): { faults: Faults; rest: ApiError | null } {
  const faults: Record<string, string> = {};
  const left: Record<string, string> = {};
  const whole = told(new ApiError(error.code, error.status, error.detail, error.retryAfterMs));
  for (const [field, expected] of Object.entries(error.fields)) {
    const name = about[field] ?? field;
    if (!names.has(name)) left[field] = expected;
    else if (error.code === OWN) faults[name] = expected;
    else faults[name] ??= error.code === EXPECTED ? inWords(expected, isMinor(field) ? currency : null) : whole;
  }
  const one = about[error.code];
  if (one !== undefined && names.has(one)) faults[one] ??= whole;
  const found = Object.keys(faults).length > 0;
  // Besides what is expected of fields, a refusal names things that are none, such as who was faster.
  if (found && (error.code !== EXPECTED || Object.keys(left).length === 0)) return { faults, rest: null };
  return { faults, rest: new ApiError(error.code, error.status, error.detail, error.retryAfterMs, left) };
}

function isMinor(field: string): boolean {
  return field.endsWith("_minor");
}

type Said = (parts: readonly string[], amount: (minor: string) => string) => string;

/** How the server says what it expects: a few phrases, which no person has to read in English. */
const PHRASES: readonly (readonly [RegExp, Said])[] = [
  [/^(\d+) to (\d+) characters$/, ([a, b]) => words.long(Number(a), Number(b))],
  [/^at most (\d+) characters$/, ([a]) => words.shorter(Number(a))],
  [/^(\d+) to (\d+)(?: seconds)?$/, ([a = "", b = ""], amount) => words.between(amount(a), amount(b))],
  [/^at most (\d+)$/, ([a = ""], amount) => words.most(amount(a))],
  [/^(\d+) or more$/, ([a = ""], amount) => words.least(amount(a))],
  [/^at most (\d+), each once$/, ([a]) => words.once(Number(a))],
  [/^(\d+) to (\d+) of (.+)$/, ([a, b, of = ""]) => words.made(Number(a), Number(b), of)],
  [/^later than /, () => words.later],
  [/^required$/, () => words.needed],
  [/^an https address$/, () => words.address],
  [/^0 to the price$/, () => words.toPrice],
  [/^at least \d+ minor unit for each of the shares$/, () => words.eachShare],
  [/^something else$/, () => words.otherWords],
];

/** What the server expects of a field; amounts of money as people read them when the field is in minor units. */
export function inWords(expected: string, currency: string | null): string {
  const amount = (value: string) =>
    currency === null ? numbers.format(Number(value)) : formatMoney({ amount_minor: Number(value), currency });
  for (const [phrase, say] of PHRASES) {
    const found = phrase.exec(expected);
    if (found) return say(found.slice(1), amount);
  }
  return `${expected.charAt(0).toUpperCase()}${expected.slice(1)}`;
}

/** A control as the browser judges it; by itself, so that it can be tested without one. */
export interface Judged {
  readonly validity: Readonly<Partial<ValidityState>>;
  readonly type: string;
  readonly value: string;
  readonly validationMessage: string;
  readonly min?: string;
  readonly max?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** In the page's language, which need not be the browser's. */
export function faultOf({ validity, type, min = "", max = "", minLength = 0, maxLength = 0, ...rest }: Judged): string {
  if (validity.valueMissing)
    return type === "checkbox" ? words.tick : type === "select-one" ? words.choose : words.needed;
  if (validity.badInput) return type.startsWith("date") ? words.moment : words.number;
  if (validity.rangeUnderflow || validity.rangeOverflow) return ranged(min, max);
  if (validity.stepMismatch) return words.whole;
  if (validity.tooShort) return maxLength > 0 ? words.long(minLength, maxLength) : words.longer(minLength);
  if (validity.tooLong) return words.shorter(maxLength);
  if (validity.typeMismatch || (validity.patternMismatch && type === "url")) return words.address;
  if (validity.patternMismatch) return words.shape;
  return rest.validationMessage;
}

function ranged(min: string, max: string): string {
  const say = (edge: string) => numbers.format(Number(edge));
  if (min !== "" && max !== "") return words.between(say(min), say(max));
  return min === "" ? words.most(say(max)) : words.least(say(min));
}
