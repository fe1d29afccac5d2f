// How each page starts: the account, the notices, and its own content below the header.
import { type ComponentType, render } from "preact";
import "./base.css";
import { Http } from "../core/http.ts";
import { Account } from "../state/account.ts";
import { Toasts } from "../state/toasts.ts";
import { ToastRegion } from "./Note.tsx";
import { PageHeader, type PageName } from "./PageHeader.tsx";

export interface PageContext {
  readonly http: Http;
  readonly account: Account;
  readonly toasts: Toasts;
}

/** Asks who is here. Without an answer the page goes on as a guest's; what needs the server says so itself. */
export function begin(): PageContext {
  const http = new Http();
  const account = new Account(http);
  account.refresh().catch(() => account.assumeGuest());
  return { http, account, toasts: new Toasts() };
}

export function mount(here: PageName, Content: ComponentType<PageContext>, context = begin()): void {
  const root = document.getElementById("app");
  if (!root) throw new Error("the page has no #app");
  render(
    <>
      <PageHeader account={context.account} here={here} />
      <Content {...context} />
      {/* The desk has a place of its own for them, beside what is worked on. */}
      {here !== "desk" && <ToastRegion toasts={context.toasts} />}
    </>,
    root,
  );
}
