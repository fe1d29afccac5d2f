// A video element for a live stream. It starts muted, since browsers play nothing else by themselves, with a visible
// button for the sound. The effect that attaches the stream is the only place that touches the element.
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import styles from "./LiveVideo.module.css";
import { text } from "./strings.ts";

/** Tells the first picture from the first sound, which `loadeddata` may not. */
const hasFrameCallback = "requestVideoFrameCallback" in HTMLVideoElement.prototype;

interface LiveVideoProps {
  readonly stream: MediaStream | null;
  readonly label: string;
  /** A picture that stands there until the first of the stream. */
  readonly poster?: string | null;
  /** A preview of oneself: mirrored, and never with sound. */
  readonly preview?: boolean;
  /** Whether a preview is a mirror; a screen is not. */
  readonly mirrored?: boolean;
  readonly onPicture?: () => void;
  /** Shared with others that are heard beside it. */
  readonly silence?: Signal<boolean>;
  /** Who is on stage with the host. Stands before the picture, which its styles give another place. */
  readonly beside?: ComponentChildren;
  /** How the frame is shared with them, as their styles name it; empty while the picture has it alone. */
  readonly sharing?: string;
  /** Stand beside the button for the sound. */
  readonly controls?: ComponentChildren;
  /** Said over the picture while it goes on; read out when it changes. */
  readonly notice?: string | null;
  /** Words over the picture while there is none. */
  readonly children?: ComponentChildren;
}

export function LiveVideo(props: LiveVideoProps) {
  const { stream, label, poster, preview = false, mirrored = preview, onPicture, controls, notice, children } = props;
  const element = useRef<HTMLVideoElement>(null);
  const silent = useSignal(true);
  const muted = props.silence ?? silent;
  const stalled = useSignal(false);
  const upright = useSignal(false);
  const play = () =>
    element.current?.play().then(
      () => (stalled.value = false),
      // AbortError means that the stream was swapped meanwhile; anything else needs a click.
      (error: DOMException) => (stalled.value = error.name !== "AbortError"),
    );
  useLayoutEffect(() => {
    const video = element.current;
    if (!video) return;
    video.srcObject = stream;
    if (stream) void play();
    const frame = stream && onPicture && hasFrameCallback ? video.requestVideoFrameCallback(onPicture) : null;
    return () => {
      if (frame !== null) video.cancelVideoFrameCallback(frame);
      video.srcObject = null;
    };
  }, [stream]);
  return (
    <div class={styles.frame} data-sharing={props.sharing || undefined}>
      {props.beside}
      <video
        ref={element}
        class={mirrored ? `${styles.video} ${styles.mirrored}` : styles.video}
        data-upright={upright.value}
        onResize={({ currentTarget: video }) => (upright.value = video.videoHeight > video.videoWidth)}
        aria-label={label}
        poster={poster ?? undefined}
        autoPlay
        playsInline
        muted={muted.value}
        onLoadedData={hasFrameCallback ? undefined : onPicture}
      />
      {children !== undefined && children !== false && children !== null && <div class={styles.cover}>{children}</div>}
      {!preview && (
        // Stays in the tree, so that a screen reader says what comes into it.
        <p role="status" class={styles.notice}>
          {notice}
        </p>
      )}
      <div class={styles.controls}>
        {controls}
        {stream && !preview && !stalled.value && (
          <button type="button" class={styles.sound} onClick={() => (muted.value = !muted.value)}>
            {muted.value ? text.video.unmute : text.video.mute}
          </button>
        )}
        {stalled.value && (
          <button type="button" class={styles.sound} onClick={play}>
            {text.video.play}
          </button>
        )}
      </div>
    </div>
  );
}
