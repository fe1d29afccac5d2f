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

export function mount(here: PageName, Content: ComponentType<PageContext>): void {
  const http = new Http();
  const context = { http, account: new Account(http), toasts: new Toasts() };
  const root = document.getElementById("app");
  if (!root) throw new Error("the page has no #app");
  // Without an answer the page goes on as a guest's; what needs the server says so itself.
  context.account.refresh().catch(() => context.account.assumeGuest());
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
