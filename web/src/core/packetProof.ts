// Checks a red packet's proof in the browser, believing nothing in it: the same steps as `livecart verify-packet`
// (livecart/domain/packet_proof.py and packet_split.py; docs/red-packets.md), held against the same golden vectors.

export interface Step {
  readonly name: string;
  readonly good: boolean;
  readonly seen: string;
}

/** This is no proof at all, or one of a packet that is not closed yet. */
export class Unreadable extends Error {}

export const FORMAT = "livecart.packet-proof.v1";
const SHARES_MAX = 2_000;
const SPAN = 1n << 64n;
const WORD = /^[!-~]{1,64}$/;
/** In the order of their lines. */
const PARAMETERS = [
  "packet",
  "show",
  "sender",
  "currency",
  "total_minor",
  "shares",
  "kind",
  "mode",
  "opens_at_ms",
  "ends_at_ms",
  "condition",
] as const;

type Fields = Readonly<Record<string, unknown>>;
type Entrant = readonly [person: string, nonce: string];
type Result = readonly [person: string, share: number, amount: number];

/** Every step of the check; the draw was as promised if all are good. Raises Unreadable. Needs a secure page. */
export async function check(input: unknown): Promise<readonly Step[]> {
  const proof = fields(input);
  if (proof.format !== FORMAT) throw new Unreadable(`This is no proof of a red packet (format is not ${FORMAT}).`);
  if (!proof.seed) throw new Unreadable("seed_secret");
  const parameters = fields(proof.parameters);
  const seed = bytesOf(proof.seed);
  const total = whole(parameters.total_minor);
  const shares = whole(parameters.shares);
  if (shares < 1 || shares > SHARES_MAX || total < shares) throw new Unreadable("These are no shares of a red packet.");
  const found = await commitment(parameters, proof.seed);
  const steps: Step[] = [{ name: "commitment", good: found === proof.commitment, seen: found }];
  const amounts = await split(text(parameters.packet), seed, text(parameters.kind), total, shares);
  const least = amounts.reduce((one, other) => Math.min(one, other));
  const most = amounts.reduce((one, other) => Math.max(one, other));
  const seen = `${shares} shares from ${least} to ${most}, together ${sum(amounts)}`;
  steps.push({ name: "split", good: sum(amounts) === total && least >= 1, seen });
  const expected = parameters.mode === "draw" ? await drawn(proof, parameters, seed, steps) : null;
  return [...steps, ...checkResults(proof, amounts, expected, total)];
}

/** The amounts in the order in which they are given away. */
export async function split(
  packet: string,
  seed: Uint8Array<ArrayBuffer>,
  kind: string,
  total: number,
  shares: number,
): Promise<readonly number[]> {
  const draws = await Draws.open(seed, encode(packet));
  if (kind !== "equal" && kind !== "lucky") throw new Unreadable(`There is no kind ${kind}.`);
  return draws.shuffled(kind === "equal" ? equal(total, shares) : await lucky(draws, total, shares), shares);
}

function equal(total: number, shares: number): readonly number[] {
  const more = total % shares;
  return Array.from({ length: shares }, (_, place) => Math.floor(total / shares) + (place < more ? 1 : 0));
}

/** The minimum is put by for everybody; the rest goes by the double-mean rule. */
async function lucky(draws: Draws, total: number, shares: number): Promise<readonly number[]> {
  let rest = total - shares;
  const amounts: number[] = [];
  for (let left = shares; left > 1; left -= 1) {
    const more = await draws.below(Math.floor((2 * rest) / left) + 1);
    amounts.push(1 + more);
    rest -= more;
  }
  return [...amounts, 1 + rest];
}

/** Numbers from HMAC-SHA-256(seed, prefix ‖ counter), by rejection sampling. */
class Draws {
  private counter = 0;

  private constructor(
    private readonly key: CryptoKey,
    private readonly prefix: Uint8Array,
  ) {}

  static async open(seed: Uint8Array<ArrayBuffer>, prefix: Uint8Array): Promise<Draws> {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    return new Draws(await crypto.subtle.importKey("raw", seed, algorithm, false, ["sign"]), prefix);
  }

  async below(bound: number): Promise<number> {
    const wide = BigInt(bound);
    const fair = SPAN - (SPAN % wide);
    for (;;) {
      const message = new Uint8Array(this.prefix.length + 8);
      message.set(this.prefix);
      new DataView(message.buffer).setBigUint64(this.prefix.length, BigInt(this.counter));
      this.counter += 1;
      const found = new DataView(await crypto.subtle.sign("HMAC", this.key, message)).getBigUint64(0);
      if (found < fair) return Number(found % wide);
    }
  }

  /** The first `most` of the items in a drawn order (Fisher and Yates, from the front). */
  async shuffled<T>(items: readonly T[], most: number): Promise<readonly T[]> {
    const left = [...items];
    const wanted = Math.min(most, left.length);
    for (let place = 0; place < Math.min(wanted, left.length - 1); place += 1) {
      const other = place + (await this.below(left.length - place));
      [left[place], left[other]] = [left[other] as T, left[place] as T];
    }
    return left.slice(0, wanted);
  }
}

async function commitment(parameters: Fields, seed: unknown): Promise<string> {
  const lines = PARAMETERS.map((name) => {
    if (!(name in parameters)) throw new Unreadable(`This is not a whole proof: ${name} is missing.`);
    return `${name} ${canonical(parameters[name])}`;
  });
  return hex(await sha256(["livecart.packet.v1", ...lines, `seed ${seed}`]));
}

async function drawn(
  proof: Fields,
  parameters: Fields,
  seed: Uint8Array<ArrayBuffer>,
  steps: Step[],
): Promise<readonly string[]> {
  const packet = text(parameters.packet);
  const entrants = list(proof.entrants).map((each): Entrant => {
    const [person, nonce] = list(each).map(text);
    if (!WORD.test(person ?? "") || !WORD.test(nonce ?? ""))
      throw new Unreadable("An entrant is no word with a nonce.");
    return [person as string, nonce as string];
  });
  const inOrder = entrants.every(([person], place) => place === 0 || (entrants[place - 1]?.[0] ?? "") < person);
  steps.push({ name: "entrants", good: inOrder, seen: `${entrants.length} entrants, each once, in order` });
  const lines = entrants.map(([person, nonce]) => `${person} ${nonce}`);
  const root = await sha256([
    "livecart.packet.entrants.v1",
    `packet ${packet}`,
    `entrants ${entrants.length}`,
    ...lines,
  ]);
  steps.push({ name: "root", good: hex(root) === proof.root, seen: hex(root) });
  const draws = await Draws.open(seed, new Uint8Array([...encode(packet), ...root]));
  return (await draws.shuffled(entrants, whole(parameters.shares))).map(([person]) => person);
}

function checkResults(
  proof: Fields,
  amounts: readonly number[],
  expected: readonly string[] | null,
  total: number,
): readonly Step[] {
  const results = list(proof.results).map((each): Result => {
    const result = fields(each);
    return [text(result.person), whole(result.share), whole(result.amount_minor)];
  });
  const right = results.every(([, share, amount], place) => share === place && amount === amounts[place]);
  const claimed = sum(results.map(([, , amount]) => amount));
  const refunded = whole(proof.refunded_minor);
  const people = new Set(results.map(([person]) => person));
  const asDrawn = expected?.length === results.length && results.every(([person], place) => person === expected[place]);
  return [
    expected === null
      ? {
          name: "claims",
          good: right && results.length <= amounts.length,
          seen: `${results.length} shares were given away in the order of the split`,
        }
      : { name: "draw", good: right && asDrawn, seen: `${expected.length} of the shares were drawn` },
    {
      name: "once each",
      good: people.size === results.length,
      seen: `${results.length} people with one share each`,
    },
    {
      name: "sums",
      good: claimed === whole(proof.claimed_minor) && claimed + refunded === total,
      seen: `${claimed} claimed and ${refunded} refunded of ${total}`,
    },
  ];
}

/** JSON without spaces and with sorted keys. */
function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const parts = Object.entries(value as Fields)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`);
  return `{${parts.join(",")}}`;
}

function fields(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Unreadable("This is no proof.");
  return value as Fields;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Unreadable("This is not a whole proof: a list is missing.");
  return value;
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Unreadable("This is not a whole proof: a text is missing.");
  return value;
}

function whole(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new Unreadable(`${value} is no amount.`);
  return value as number;
}

function bytesOf(value: unknown): Uint8Array<ArrayBuffer> {
  if (!/^([0-9a-f]{2})+$/i.test(text(value))) throw new Unreadable("The seed is not in hexadecimal digits.");
  return Uint8Array.from(text(value).match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

async function sha256(lines: readonly string[]): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encode(lines.map((line) => `${line}\n`).join(""))));
}

function encode(words: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(words) as Uint8Array<ArrayBuffer>;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((one, other) => one + other, 0);
}
