// The service worker: shows what the shop pushes to this browser, and opens the room when it is touched. It keeps no
// pages: those come from the server. What is sent is made in livecart/services/reminders.py.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data?.json() ?? {};
  } catch {
    // A browser takes leave to push away from whoever shows nothing.
  }
  const { title = "livecart", body = "", tag, lang, url = "./" } = told;
  const icon = new URL("icon-192.png", self.registration.scope).href;
  event.waitUntil(self.registration.showNotification(title, { body, tag, lang, icon, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { scope } = self.registration;
  const url = new URL(event.notification.data?.url ?? "./", scope).href;
  event.waitUntil(open(url.startsWith(scope) ? url : scope));
});

async function open(url) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => page.url === url);
  return there ? there.focus() : self.clients.openWindow(url);
}
