// What an on-screen keyboard leaves of the page. Where the browser makes the page smaller by itself there is nothing to do.

/** Sets --shown and --shown-top on the element while a keyboard covers a part of it. Answers what ends it. */
export function followKeyboard(element: HTMLElement): () => void {
  const seen = window.visualViewport;
  if (!seen) return () => undefined;
  const look = () => {
    // Who zooms in sees less too, but wants no other layout.
    const covered = seen.scale === 1 && window.innerHeight - seen.height > 1;
    element.style.setProperty("--shown", covered ? `${seen.height}px` : "");
    element.style.setProperty("--shown-top", covered ? `${seen.offsetTop}px` : "");
  };
  seen.addEventListener("resize", look);
  seen.addEventListener("scroll", look);
  return () => {
    seen.removeEventListener("resize", look);
    seen.removeEventListener("scroll", look);
  };
}
