// A part of a page whose script comes when it is first needed, and what is there meanwhile: nothing, or why it cannot come.
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { ApiError } from "../core/errors.ts";
import { Button } from "./Button.tsx";
import { ErrorNote } from "./Note.tsx";
import { text } from "./strings.ts";

/** `load` is an import(); the page's budget counts only what is there from the start. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Lazy(props: P) {
    const phase = useSignal<"loading" | "ready" | "failed">(loaded ? "ready" : "loading");
    const fetchPart = async () => {
      phase.value = "loading";
      try {
        loaded = await load();
        phase.value = "ready";
      } catch {
        phase.value = "failed";
      }
    };
    useEffect(() => {
      if (!loaded) void fetchPart();
    }, []);
    if (phase.value === "failed") {
      return (
        <div>
          <ErrorNote error={new ApiError("network", 0, "")} />
          <Button onClick={fetchPart}>{text.tryAgain}</Button>
        </div>
      );
    }
    if (phase.value === "loading" || !loaded) return null;
    const Part = loaded;
    return <Part {...props} />;
  };
}
