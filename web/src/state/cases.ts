// The decisions about this person.
import type { ReadonlySignal } from "@preact/signals";
import type { Http } from "../core/http.ts";
import type { Case } from "../core/rest.ts";
import { Pages } from "./pages.ts";

export class Cases extends Pages<Case> {
  constructor(http: Http) {
    super(http, "me/cases", "cases");
  }

  get cases(): ReadonlySignal<readonly Case[]> {
    return this.items;
  }
}
