// The creator's page: the overview, or one show. The address says which, so that a reload comes back to it.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Topic } from "../core/rest.ts";
import { at } from "../core/shopPath.ts";
import { Hosting } from "../state/hosting.ts";
import { Studio } from "../state/studio.ts";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import type { PageContext } from "../ui/mount.tsx";
import { ErrorNote } from "../ui/Note.tsx";
import { SignInGate } from "../ui/SignInGate.tsx";
import { text } from "../ui/strings.ts";
import { work } from "../ui/workStrings.ts";
import { ApplyPage } from "./ApplyPage.tsx";
import { HostedShow } from "./HostedShow.tsx";
import { Overview } from "./Overview.tsx";

export function StudioPage(context: PageContext) {
  const { account } = context;
  if (account.user.value && !account.mayBroadcast.value) return <ApplyPage {...context} />;
  return (
    <SignInGate
      account={account}
      allowed={account.mayBroadcast.value}
      title={work.studio.title}
      invitation={work.studio.signInFirst}
      refusal={work.studio.notCreator}
    >
      <SignedInStudio key={account.user.value?.id} {...context} />
    </SignInGate>
  );
}

function SignedInStudio({ http, account, toasts }: PageContext) {
  const studio = useSignal(new Studio(http)).value;
  const hosting = useSignal<Hosting | null>(null);
  const task = useTask();
  const news = {
    onPurchase: (buyer: string, title: string, quantity: number) =>
      toasts.say(text.show.purchase(buyer, title, quantity), "good"),
    onOrder: () => undefined,
    onSkipped: (count: number) => toasts.say(text.show.skipped(count)),
    // The page stays as it is: a broadcast needs no log-in to go on.
    onSignedOut: () => toasts.say(text.closed.signedOut, "bad"),
  };
  const enter = (id: string) =>
    task.run(async () => {
      hosting.value = await Hosting.load(http, id, news);
      setAddress(id);
      await hosting.value.resume();
    });
  const open = (topic: Topic) =>
    task.run(async () => {
      const { show } = await studio.openShow(topic);
      hosting.value = await Hosting.load(http, show.id, news);
      setAddress(show.id);
    });
  const leave = () => {
    hosting.value?.dispose();
    hosting.value = null;
    setAddress(null);
    void studio.refresh();
  };
  useEffect(() => {
    void studio.refresh();
    const id = new URLSearchParams(location.search).get("show");
    if (id !== null) void enter(id);
    return () => hosting.value?.dispose();
  }, []);
  return (
    <main class={layout.page}>
      <ErrorNote error={task.error.value} />
      {hosting.value ? (
        <HostedShow
          key={hosting.value.room.show.value.id}
          hosting={hosting.value}
          studio={studio}
          account={account}
          toasts={toasts}
          onLeave={leave}
        />
      ) : (
        <Overview
          http={http}
          studio={studio}
          busy={task.busy.value}
          runsShop={account.user.value?.role === "admin"}
          onOpen={open}
          onEnter={enter}
        />
      )}
    </main>
  );
}

function setAddress(id: string | null): void {
  history.replaceState(null, "", at(id === null ? "/studio" : `/studio?show=${encodeURIComponent(id)}`));
}
