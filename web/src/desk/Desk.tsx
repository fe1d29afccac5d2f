// Which part of the desk is shown: the topics, or the section that stands behind the `#` of the address.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import layout from "../ui/layout.module.css";
import type { PageContext } from "../ui/mount.tsx";
import { SignInGate } from "../ui/SignInGate.tsx";
import { work } from "../ui/workStrings.ts";
import { DeskPage } from "./DeskPage.tsx";
import ReportsSection from "./ReportsSection.tsx";

export function Desk(context: PageContext) {
  const { account } = context;
  const part = useSignal(location.hash);
  useEffect(() => {
    const listeners = new AbortController();
    addEventListener("hashchange", () => (part.value = location.hash), { signal: listeners.signal });
    return () => listeners.abort();
  }, []);
  if (part.value !== "#reports") return <DeskPage {...context} />;
  return (
    <SignInGate
      account={account}
      allowed={account.mayModerate.value}
      title={work.desk.title}
      invitation={work.desk.signInFirst}
      refusal={work.desk.notModerator}
    >
      <main class={layout.page}>
        <ReportsSection key={account.user.value?.id} />
      </main>
    </SignInGate>
  );
}
