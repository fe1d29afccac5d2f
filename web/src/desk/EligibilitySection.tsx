// Who may go live, for admins: the rules, the kill switch, cohorts of invited people, and who has applied.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Http } from "../core/http.ts";
import { Eligibility } from "../state/eligibility.ts";
import { Button } from "../ui/Button.tsx";
import { eligibility } from "../ui/eligibilityStrings.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { text } from "../ui/strings.ts";
import { Applications } from "./Applications.tsx";
import { Cohorts } from "./Cohorts.tsx";
import { ReasonDialog } from "./ReasonDialog.tsx";
import { RulesForm } from "./RulesForm.tsx";

const words = eligibility.desk;

export function EligibilitySection() {
  const state = useSignal(new Eligibility(new Http())).value;
  const rules = state.rules.value;
  useEffect(() => void state.refresh(), []);
  const refused = state.error.value?.status === 403;
  return (
    <section class={layout.stack} aria-label={words.title}>
      <div class={layout.between}>
        <h2>{words.title}</h2>
        <Button small onClick={() => void state.refresh()}>
          {words.again}
        </Button>
      </div>
      {refused ? <p class={layout.empty}>{words.adminsOnly}</p> : <ErrorNote error={state.error.value} />}
      {rules && (
        <>
          <HaltSwitch state={state} halted={rules.halted} />
          <div class={layout.columns}>
            {/* A new version fills the form anew. */}
            <RulesForm key={rules.version} state={state} rules={rules} />
            <div class={layout.stack}>
              <Applications state={state} />
              <Cohorts state={state} />
            </div>
          </div>
        </>
      )}
      {!rules && !state.error.value && <p>{text.loading}</p>}
    </section>
  );
}

function HaltSwitch({ state, halted }: { readonly state: Eligibility; readonly halted: boolean }) {
  const asking = useSignal(false);
  const action = halted ? words.unhalt : words.halt;
  return (
    <div class={layout.between}>
      {halted ? <Note tone="bad">{words.isHalted}</Note> : <span />}
      <Button look={halted ? "plain" : "danger"} onClick={() => (asking.value = true)}>
        {action}
      </Button>
      {asking.value && (
        <ReasonDialog
          title={action}
          about={halted ? words.unhaltAbout : words.haltAbout}
          action={action}
          onSend={(reason) => state.halt(!halted, reason)}
          onClose={() => (asking.value = false)}
        />
      )}
    </div>
  );
}
