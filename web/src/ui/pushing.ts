// Being told by the browser itself, with no page open: its push service wakes web/public/sw.js. Whoever has no account
// here, or a browser that cannot, is told by an open page as before.
import type { Http } from "../core/http.ts";
import { at } from "../core/shopPath.ts";
import { currentLanguage } from "./language.ts";

/** Answers whether the shop will push. Only after the person gave leave; raises whatever the browser or server says. */
export async function pushFor(http: Http, show: string): Promise<boolean> {
  if (!("serviceWorker" in navigator && "PushManager" in window) || Notification.permission !== "granted") return false;
  const { push } = await http.get<{ push: { key: string } | null }>("push-key");
  if (!push) return false;
  await navigator.serviceWorker.register(at("/sw.js"), { scope: at("/") });
  const { pushManager } = await navigator.serviceWorker.ready;
  const { endpoint, keys } = (await subscribed(pushManager, bytesOf(push.key))).toJSON();
  await http.put(pathOf(show), { endpoint, keys, language: currentLanguage() });
  return true;
}

export function unpush(http: Http, show: string): Promise<void> {
  return http.request<void>("DELETE", pathOf(show), {});
}

function pathOf(show: string): string {
  return `shows/${encodeURIComponent(show)}/reminder`;
}

/** The shop's key changes with its secret; a subscription under the old one would be refused. */
async function subscribed(manager: PushManager, key: Uint8Array<ArrayBuffer>): Promise<PushSubscription> {
  const before = await manager.getSubscription();
  const under = new Uint8Array(before?.options.applicationServerKey ?? new ArrayBuffer(0));
  if (before && under.join() === key.join()) return before;
  await before?.unsubscribe();
  return manager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
