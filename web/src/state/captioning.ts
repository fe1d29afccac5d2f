// Captions from the browser's own speech recognition, where there is one: what it hears, a few times a second, to the room.
import { type ReadonlySignal, signal } from "@preact/signals";
import { asApiError } from "../core/errors.ts";

/** As much of SpeechRecognition as is used here; Chromium has it under a prefix. */
export interface Recogniser {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  onresult: ((event: HeardWords) => void) | null;
  onerror: ((event: { readonly error: string }) => void) | null;
  onend: (() => void) | null;
  start(): void;
  abort(): void;
}

interface HeardWords {
  readonly resultIndex: number;
  readonly results: ArrayLike<ArrayLike<{ readonly transcript: string }> & { readonly isFinal: boolean }>;
}

export type CaptionFault = "failed" | "refused";
/** As many characters as the server takes. */
const LONGEST = 200;
/** Of what the recogniser may still correct. */
const EACH_MS = 500;
/** Recognisers end by themselves after some silence, or a minute. */
const AGAIN_MS = 300;
const REFUSALS = ["not-allowed", "service-not-allowed"];
const HARMLESS = ["no-speech", "aborted"];

export function recogniser(): Recogniser | null {
  const known = window as { SpeechRecognition?: new () => Recogniser; webkitSpeechRecognition?: new () => Recogniser };
  const Kind = known.SpeechRecognition ?? known.webkitSpeechRecognition;
  return Kind ? new Kind() : null;
}

export class Captioning {
  private readonly on = signal(false);
  private readonly wrong = signal<CaptionFault | null>(null);
  private heard: Recogniser | null = null;
  private latest = "";
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly make: () => Recogniser | null,
    /** Raises ApiError. */
    private readonly send: (text: string, final: boolean) => Promise<void>,
  ) {}

  get running(): ReadonlySignal<boolean> {
    return this.on;
  }

  get fault(): ReadonlySignal<CaptionFault | null> {
    return this.wrong;
  }

  start(language: string): void {
    this.stop();
    this.wrong.value = null;
    const heard = this.make();
    if (!heard) return this.fail("failed");
    this.heard = heard;
    Object.assign(heard, { lang: language, continuous: true, interimResults: true });
    heard.onresult = (event) => this.hear(event);
    heard.onerror = ({ error }) => {
      if (!HARMLESS.includes(error)) this.fail(REFUSALS.includes(error) ? "refused" : "failed");
    };
    heard.onend = () => {
      if (this.heard === heard) setTimeout(() => this.heard === heard && heard.start(), AGAIN_MS);
    };
    this.on.value = true;
    heard.start();
  }

  stop(): void {
    const { heard } = this;
    this.heard = null;
    this.on.value = false;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    heard?.abort();
  }

  private fail(fault: CaptionFault): void {
    this.stop();
    this.wrong.value = fault;
  }

  private hear({ results, resultIndex }: HeardWords): void {
    let open = "";
    for (let index = resultIndex; index < results.length; index += 1) {
      const words = results[index]?.[0]?.transcript ?? "";
      if (results[index]?.isFinal) this.say(words, true);
      else open += words;
    }
    this.latest = open;
    if (open !== "") this.timer ??= setTimeout(() => this.sayLatest(), EACH_MS);
  }

  private sayLatest(): void {
    this.timer = null;
    if (this.latest !== "") this.say(this.latest, false);
  }

  /** What is refused is not said: too much at once, or words that this shop does not show. */
  private say(words: string, final: boolean): void {
    const text = tail(words.trim());
    if (text === "") return;
    if (final) this.latest = "";
    this.send(text, final).catch(asApiError);
  }
}

/** The end of it, from the beginning of a word on. */
export function tail(words: string): string {
  if (words.length <= LONGEST) return words;
  const end = words.slice(-LONGEST);
  return end.slice(Math.max(0, end.slice(0, 40).indexOf(" ") + 1));
}
