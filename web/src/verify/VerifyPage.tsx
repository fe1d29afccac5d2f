// Choose a packet, see every step of its check, and what no check can show.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Verification, type VerificationState } from "../state/verification.ts";
import { Button } from "../ui/Button.tsx";
import { TextField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { entry } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import type { PageContext } from "../ui/mount.tsx";
import { Badge, Note } from "../ui/Note.tsx";
import { verifyWords as words } from "../ui/packetStrings.ts";
import styles from "./VerifyPage.module.css";

export function VerifyPage({ http }: PageContext) {
  const asked = new URLSearchParams(location.search).get("packet") ?? "";
  const check = useSignal(new Verification(http, seenBefore())).value;
  useEffect(() => {
    document.title = `${words.title} · livecart`;
    if (asked !== "" && crypto.subtle) void check.fetch(asked);
  }, []);
  return (
    <main class={layout.page}>
      <h1>{words.title}</h1>
      <p>{words.intro}</p>
      {!crypto.subtle && <Note tone="bad">{words.insecure}</Note>}
      <Form
        error={null}
        onSend={(data) => {
          void check.fetch(entry(data, "packet"));
        }}
      >
        <TextField label={words.packet} name="packet" defaultValue={asked} required />
        <div class={layout.row}>
          <Button type="submit" look="primary" busy={check.state.value.kind === "checking"} disabled={!crypto.subtle}>
            {words.load}
          </Button>
          <label>
            {words.file}{" "}
            <input
              type="file"
              accept="application/json,.json"
              onChange={({ currentTarget }) => currentTarget.files?.[0] && void check.read(currentTarget.files[0])}
            />
          </label>
        </div>
      </Form>
      <Outcome state={check.state.value} />
    </main>
  );
}

function Outcome({ state }: { readonly state: VerificationState }) {
  if (state.kind === "idle") return null;
  if (state.kind === "checking") return <p role="status">{words.checking}</p>;
  if (state.kind === "failed") {
    return (
      <p role="alert" class={layout.card}>
        {words.reasons[state.reason] ?? state.reason}
      </p>
    );
  }
  const good = state.steps.every((step) => step.good);
  const announced = state.steps.some((step) => step.name === "as announced");
  return (
    <section class={layout.stack} aria-label={words.title}>
      <p role="status">
        <strong>{good ? words.good : words.bad}</strong>
      </p>
      <ol class={layout.list}>
        {state.steps.map((step) => (
          <li key={step.name} class={styles.step}>
            <Badge tone={step.good ? "good" : "bad"}>{step.good ? words.passed : words.failed}</Badge>{" "}
            {words.steps[step.name] ?? step.name}
            <div class={styles.seen}>{step.seen}</div>
          </li>
        ))}
      </ol>
      <Note>
        <p>
          <strong>{words.notProven}</strong>
        </p>
        <ul>
          {limitsOf(state.proof).map((line) => (
            <li key={line}>{line}</li>
          ))}
          {!announced && (
            <li>
              {words.compare} <span class={styles.seen}>{String(state.proof.commitment)}</span>
            </li>
          )}
        </ul>
      </Note>
      <p>
        <a
          download="proof.json"
          href={URL.createObjectURL(new Blob([JSON.stringify(state.proof, null, 1)], { type: "application/json" }))}
        >
          {words.download}
        </a>
      </p>
    </section>
  );
}

function limitsOf(proof: Readonly<Record<string, unknown>>): readonly string[] {
  return Array.isArray(proof.not_proven) ? proof.not_proven.filter((line) => typeof line === "string") : [];
}

/** What the room's page handed over behind the #, where no server reads it. */
function seenBefore() {
  const told = new URLSearchParams(location.hash.slice(1));
  return { commitment: told.get("commitment"), person: told.get("person"), nonce: told.get("nonce") };
}
