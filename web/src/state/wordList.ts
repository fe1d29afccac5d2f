// A show's own word list: read as text, replaced as a whole, never over somebody else's change.
import type { Http } from "../core/http.ts";

export interface WordListText {
  readonly version: number;
  readonly entries: number;
  readonly text: string;
}

export class WordList {
  private readonly path: string;

  constructor(
    private readonly http: Http,
    show: string,
  ) {
    this.path = `shows/${encodeURIComponent(show)}/word-list`;
  }

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
