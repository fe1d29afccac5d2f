// What an on-screen keyboard leaves of the page. Where the browser makes the page smaller by itself there is nothing to do.

/** A phone on its side, or what a keyboard leaves of an upright one. Pixels. */
const LOW = 480;

/**
 * Sets --shown and --shown-top on the element while a keyboard covers a part of it, and data-low while little is left.
 * Not by a container's size: to ask for that, the browser lays a page out twice.
 */
export function followKeyboard(element: HTMLElement): () => void {
  const seen = window.visualViewport;
  if (!seen) return () => undefined;
  const look = () => {
    // Who zooms in sees less too, but wants no other layout.
    const covered = seen.scale === 1 && window.innerHeight - seen.height > 1;
    element.toggleAttribute("data-low", (covered ? seen.height : window.innerHeight) <= LOW);
    element.style.setProperty("--shown", covered ? `${seen.height}px` : "");
    element.style.setProperty("--shown-top", covered ? `${seen.offsetTop}px` : "");
  };
  look();
  seen.addEventListener("resize", look);
  seen.addEventListener("scroll", look);
  return () => {
    seen.removeEventListener("resize", look);
    seen.removeEventListener("scroll", look);
  };
}
