"""How fast script runs in a browser here, by Lighthouse's BenchmarkIndex, and how many times slower a phone runs it.

A slowdown is relative to the machine, and one that is shared may be half as fast an hour later. Lighthouse slows a
desktop with an index of 1,500 to 2,000 four times (its docs/throttling.md, "Calibrating the CPU slowdown"), which makes
a phone of about 440: in the middle of its mid-tier ones, 125 to 800.
"""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Browser

PHONE_INDEX = 440
_TIMES = 5
# Half of it makes garbage, texts of 10,000 letters, and half of it copies lists of 100,000 numbers; each for half a
# second, in tens of rounds a second.
_INDEX = """() => {
  const perSecond = (round) => {
    const begun = performance.now();
    let rounds = 0;
    while (performance.now() - begun < 500) round(rounds++);
    return rounds / ((performance.now() - begun) / 1000);
  };
  let text = "";
  const garbage = perSecond(() => {
    text = "";
    for (let letter = 0; letter < 10000; letter++) text += "a";
  });
  const lists = [0, 1].map(() => Array.from({ length: 100000 }, (_, number) => number));
  const copies = perSecond((rounds) => {
    const [from, to] = rounds % 2 ? lists : [lists[1], lists[0]];
    for (let place = 0; place < from.length; place++) to[place] = from[place];
  });
  // A text that nobody looks at might not be made.
  return text.length === 10000 ? (garbage + copies) / 2 / 10 : NaN;
}"""


def slowdown(browser: Browser) -> float:
    """How many times slower a page is to be so that it runs as on a phone."""
    page = browser.new_page()
    index: float = median(page.evaluate(_INDEX) for _ in range(_TIMES))
    page.close()
    return max(1.0, index / PHONE_INDEX)
