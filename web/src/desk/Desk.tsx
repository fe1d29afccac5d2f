// Which part of the desk is shown: the topics, or the section that stands behind the `#` of the address.
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import layout from "../ui/layout.module.css";
import type { PageContext } from "../ui/mount.tsx";
import { SignInGate } from "../ui/SignInGate.tsx";
import { work } from "../ui/workStrings.ts";
import { DeskPage } from "./DeskPage.tsx";
import ReportsSection from "./ReportsSection.tsx";
import TaxonomySection from "./TaxonomySection.tsx";

const SECTIONS: Record<string, ComponentType> = { "#reports": ReportsSection, "#taxonomy": TaxonomySection };

export function Desk(context: PageContext) {
  const { account } = context;
  const part = useSignal(location.hash);
  useEffect(() => {
    const listeners = new AbortController();
    addEventListener("hashchange", () => (part.value = location.hash), { signal: listeners.signal });
    return () => listeners.abort();
  }, []);
  const Section = SECTIONS[part.value];
  if (!Section) return <DeskPage {...context} />;
  return (
    <SignInGate
      account={account}
      allowed={account.mayModerate.value}
      title={work.desk.title}
      invitation={work.desk.signInFirst}
      refusal={work.desk.notModerator}
    >
      <main class={layout.page}>
        <Section key={account.user.value?.id} />
      </main>
    </SignInGate>
  );
}
