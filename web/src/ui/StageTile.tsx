// The picture and sound of one who is on stage beside the host: his name, and what to show while no picture comes.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { callText } from "./callStrings.ts";
import styles from "./StageTile.module.css";

interface StageTileProps {
  readonly name: string;
  /** Not their stream, which stays the same when the second comes. */
  readonly tracks: readonly MediaStreamTrack[];
  /** Plays no sound: the person wants none, or it is one's own. */
  readonly silent: boolean;
  readonly mirrored?: boolean;
  /** Nothing comes from him any more. */
  readonly lost?: boolean;
  readonly children?: ComponentChildren;
}

export function StageTile({ name, tracks, silent, mirrored = false, lost = false, children }: StageTileProps) {
  const video = useRef<HTMLVideoElement>(null);
  const audio = useRef<HTMLAudioElement>(null);
  const pictured = useSignal(false);
  useLayoutEffect(() => {
    pictured.value = false;
    // Two elements: one alone would play no sound of somebody who sends no picture.
    const stop = [play(video.current, tracks, "video"), play(audio.current, tracks, "audio")];
    return () => {
      for (const each of stop) each();
    };
  }, [tracks.map(({ id }) => id).join()]);
  // With a microphone alone, or before the first picture, the name stands there large.
  const seen = pictured.value && !lost;
  return (
    <div class={styles.tile}>
      <video
        ref={video}
        class={[styles.video, mirrored ? styles.mirrored : "", seen ? "" : styles.unseen].join(" ")}
        aria-label={callText.tile(name)}
        autoPlay
        playsInline
        muted
        onResize={() => (pictured.value = true)}
        onLoadedData={() => (pictured.value = true)}
      />
      <audio ref={audio} autoPlay muted={silent} />
      {!seen && (
        <span aria-hidden="true" class={styles.initial}>
          {[...name][0]?.toUpperCase()}
        </span>
      )}
      {lost && (
        <p role="status" class={styles.lost}>
          {callText.lost}
        </p>
      )}
      <p class={styles.name}>
        <span class={styles.who}>{name}</span>
        {children}
      </p>
    </div>
  );
}

/** A stream of one kind: a video element would wait for the picture before it played the sound. */
function play(element: HTMLMediaElement | null, tracks: readonly MediaStreamTrack[], kind: string): () => void {
  const own = tracks.filter((track) => track.kind === kind);
  if (!element || own.length === 0) return () => undefined;
  element.srcObject = new MediaStream(own);
  const touched = new AbortController();
  // Refused when it was swapped meanwhile, or before the first touch of the page, which begins it then.
  const start = () => void element.play().catch(() => undefined);
  document.addEventListener("pointerdown", () => element.paused && start(), { signal: touched.signal });
  start();
  return () => {
    touched.abort();
    element.srcObject = null;
  };
}
