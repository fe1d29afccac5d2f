// How this browser tells that a show has begun: by the shop's push, by a notice where the person allowed it, and on the
// page anyway.
import type { Show } from "../core/protocol.ts";
import { at } from "../core/shopPath.ts";
import type { ReminderPorts } from "../state/reminders.ts";
import { home } from "./homeStrings.ts";
import type { PageContext } from "./mount.tsx";

export function remindersOf({ http, account, toasts }: PageContext): ReminderPorts {
  const pushing = () => import("./pushing.ts");
  return {
    storage: () => localStorage,
    read: async (show) => (await http.get<{ show: Show }>(`shows/${encodeURIComponent(show)}`)).show,
    ask: async () => {
      if (!("Notification" in window)) return;
      const { permission } = Notification;
      const leave = permission === "default" ? await Notification.requestPermission() : permission;
      if (leave === "denied") toasts.say(home.refused);
    },
    push: async (show) => account.user.value !== null && (await pushing()).pushFor(http, show),
    unpush: async (show) => (await pushing()).unpush(http, show),
    tell: (show, pushed) => {
      toasts.say(home.begun(show.title));
      if (pushed || !("Notification" in window) || Notification.permission !== "granted") return;
      try {
        const notice = new Notification(home.begun(show.title), { tag: show.id, icon: at("/icon-192.png") });
        notice.onclick = () => window.open(at(`/s/${encodeURIComponent(show.id)}`));
      } catch {
        // Browsers of phones show none from a page; the toast is there.
      }
    },
  };
}
