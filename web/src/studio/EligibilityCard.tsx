// Why somebody cannot go live yet: each rule with what is needed and what there is. Nothing where all is well.
import type { JudgedRule, Verdict } from "../core/eligible.ts";
import { eligibility } from "../ui/eligibilityStrings.ts";
import layout from "../ui/layout.module.css";
import { Badge, Note } from "../ui/Note.tsx";

export function EligibilityCard({ verdict }: { readonly verdict: Verdict | null }) {
  if (verdict === null || (verdict.eligible && !verdict.halted)) return null;
  return (
    <section class={layout.card} aria-label={eligibility.title}>
      <h2>{eligibility.title}</h2>
      {verdict.halted && <Note tone="warn">{eligibility.halted}</Note>}
      {!verdict.eligible && <Missing verdict={verdict} />}
    </section>
  );
}

export function Missing({ verdict }: { readonly verdict: Verdict }) {
  const { rollout, rules, invited } = verdict;
  return (
    <>
      <p>{eligibility.notYet}</p>
      {!rollout.reached && !invited && <Note tone="warn">{eligibility.rollout(rollout.percent)}</Note>}
      <ul class={layout.list}>
        {rules.map((rule) => (
          <li key={rule.measure}>
            <RuleLine rule={rule} />
          </li>
        ))}
      </ul>
    </>
  );
}

function RuleLine({ rule }: { readonly rule: JudgedRule }) {
  const explained = eligibility.explained[rule.measure];
  return (
    <div class={layout.tight}>
      <span class={layout.row}>
        <strong>{eligibility.measure[rule.measure]}</strong>
        {rule.met ? (
          <Badge tone="good">{eligibility.met}</Badge>
        ) : (
          <Badge tone={rule.waived ? "plain" : "warn"}>
            {rule.waived ? eligibility.waived : `${eligibility.missing}: ${eligibility.by(rule)}`}
          </Badge>
        )}
      </span>
      <span>{`${eligibility.needed(rule)} ${eligibility.there(rule)}`}</span>
      {explained && <span class={`${layout.muted} ${layout.small}`}>{explained}</span>}
    </div>
  );
}
