// A word list, a show's own or one for all shows: read as text, replaced as a whole, never over somebody else's change.
import type { Http } from "../core/http.ts";

export interface WordListText {
  readonly version: number;
  readonly entries: number;
  readonly text: string;
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
