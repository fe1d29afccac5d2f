// A part of a page whose script comes when it is first needed, and what is there meanwhile: nothing, or why it cannot come.
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { ApiError } from "../core/errors.ts";
import { Button } from "./Button.tsx";
import { ErrorNote, Note } from "./Note.tsx";
import { text } from "./strings.ts";

/** Seconds until it is tried again: on a train, or while the server starts again, nobody wants to press a button for it. */
const AGAIN_S = [1, 3, 10];

/** `load` is an import(); the page's budget counts only what is there from the start. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Lazy(props: P) {
    const phase = useSignal<"loading" | "ready" | "failed" | "lost">(loaded ? "ready" : "loading");
    const fetchPart = async (tries = 0): Promise<void> => {
      phase.value = "loading";
      try {
        loaded = await load();
        phase.value = "ready";
      } catch {
        const wait = AGAIN_S[tries];
        phase.value = wait ? "failed" : "lost";
        if (wait) setTimeout(() => phase.value === "failed" && fetchPart(tries + 1), wait * 1_000);
      }
    };
    useEffect(() => {
      if (!loaded) void fetchPart();
    }, []);
    if (phase.value === "failed" || phase.value === "lost") {
      return (
        <div>
          <ErrorNote error={new ApiError("network", 0, "")} />
          {phase.value === "lost" && <Note tone="warn">{text.partLost}</Note>}
          <Button onClick={() => fetchPart()}>{text.tryAgain}</Button>
          {phase.value === "lost" && <Button onClick={() => location.reload()}>{text.reload}</Button>}
        </div>
      );
    }
    if (phase.value === "loading" || !loaded) return null;
    const Part = loaded;
    return <Part {...props} />;
  };
}
