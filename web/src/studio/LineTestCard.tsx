// Trying the connection before the show: one button, and what came of it in plain words.
import { useSignal } from "@preact/signals";
import type { Hosting } from "../state/hosting.ts";
import { type Findings, LineTest, verdictOf } from "../state/lineTest.ts";
import { Button } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { Note, type Tone } from "../ui/Note.tsx";
import { studioText } from "../ui/studioStrings.ts";

const TONES = { good: "good", fair: "warn", poor: "warn", none: "bad" } satisfies Record<string, Tone>;

export function LineTestCard({ hosting }: { readonly hosting: Hosting }) {
  const test = useSignal(new LineTest(hosting.linePorts())).value;
  const words = studioText.line;
  const running = test.running.value;
  const findings = test.findings.value;
  return (
    <section aria-label={words.title} class={layout.item}>
      <div class={layout.row}>
        <Button small busy={running} onClick={() => test.run()}>
          {words.button}
        </Button>
      </div>
      <div role="status">
        {running && <p class={layout.muted}>{words.running}</p>}
        {findings && <Found findings={findings} />}
      </div>
    </section>
  );
}

function Found({ findings }: { readonly findings: Findings }) {
  const words = studioText.line;
  const { route, upBps } = findings;
  const verdict = verdictOf(findings);
  const facts = [
    upBps === null ? null : words.up(upBps),
    route?.rttMs == null ? null : words.roundTrip(route.rttMs),
    route && words[route.protocol],
  ];
  return (
    <Note tone={TONES[verdict]}>
      <p>
        <strong>{words.verdicts[verdict]}</strong>
      </p>
      {facts.map((fact) => fact && <p key={fact}>{fact}</p>)}
    </Note>
  );
}
