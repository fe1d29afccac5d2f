"""What axe finds wrong with a page by the rules of WCAG 2.2 AA."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.support.running_shop import ROOT

_SOURCE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
_SETTLE = """() => document.getAnimations()
    .filter((each) => each.playState === "running" && Number.isFinite(each.effect.getComputedTiming().endTime))
    .forEach((each) => each.finish())"""
# It need not say of all else which elements are right: that took a third of the time.
_LOOK = "(rules) => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page, *, both: bool = False) -> list[str]:
    """Each broken rule with the element that breaks it. Animations are over by then, or colours would be mixed ones.

    `both`: colours in the dark scheme, too; nothing else differs there.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SOURCE.read_text())
    broken = _run(page, _RULES)
    if both:
        page.emulate_media(color_scheme="dark")
        broken += [f"in the dark, {each}" for each in _run(page, {"type": "rule", "values": ["color-contrast"]})]
        page.emulate_media(color_scheme="light")
    return broken


def _run(page: Page, rules: object) -> list[str]:
    page.evaluate(_SETTLE)
    found: dict[str, Any] = page.evaluate(_LOOK, rules)
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]
