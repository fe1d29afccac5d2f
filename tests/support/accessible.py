"""What axe finds wrong with a page by the rules of WCAG 2.2 AA."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.support.running_shop import ROOT

_SOURCE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
_SETTLE = """() => document.getAnimations()
    .filter((each) => each.playState === "running" && Number.isFinite(each.effect.getComputedTiming().endTime))
    .forEach((each) => each.finish())"""
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """Each broken rule with the element that breaks it. Animations are over by then, or colours would be mixed ones."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SOURCE.read_text())
    page.evaluate(_SETTLE)
    found: dict[str, Any] = page.evaluate("(rules) => axe.run(document, { runOnly: rules })", _RULES)
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]
