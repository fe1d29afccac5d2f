// A word list, a show's own or one for all shows: read as text, replaced as a whole, never over somebody else's change.
import type { Http } from "../core/http.ts";

export interface WordListText {
  readonly version: number;
  readonly entries: number;
  readonly text: string;
}

/** The server's limits: see docs/protocol.md. */
const LINES_MAX = 200_000;
const SHOW_LINES_MAX = 2_000;
/** More lines make a text field, and the page around it, slow. */
export const TYPED_MAX = 5_000;
export const BYTES_MAX = 24 * 1024 * 1024;

export function linesMax(path: string): number {
  return path.startsWith("shows/") ? SHOW_LINES_MAX : LINES_MAX;
}

/** As an editor counts them: what follows the last line feed counts if there is something. */
export function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return text === "" || text.endsWith("\n") ? lines : lines + 1;
}

export function ofShow(show: string): string {
  return `shows/${encodeURIComponent(show)}/word-list`;
}

export function ofAllShows(name: string): string {
  return `moderation/word-lists/${encodeURIComponent(name)}`;
}

export class WordList {
  constructor(
    private readonly http: Http,
    private readonly path: string,
  ) {}

  /** Raises ApiError. */
  async read(): Promise<WordListText> {
    return (await this.http.get<{ word_list: WordListText }>(this.path)).word_list;
  }

  /** How many entries the text has. Raises ApiError, whose fields name the lines at fault. */
  check(text: string): Promise<number> {
    return this.put(text, "dry_run=1");
  }

  /** Raises the same, and `list_changed`. */
  save(text: string, seen: WordListText): Promise<number> {
    return this.put(text, `version=${seen.version}`);
  }

  private async put(text: string, query: string): Promise<number> {
    const body = new Blob([text], { type: "text/plain" });
    return (await this.http.put<{ word_list: WordListText }>(`${this.path}?${query}`, body)).word_list.entries;
  }
}
