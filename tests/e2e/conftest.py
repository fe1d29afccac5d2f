"""A browser for the journeys. Screenshots go to tests/output/, which git ignores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.chromium import launch
from tests.support.running_shop import ROOT


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


class Pictures:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, page: Page, name: str) -> None:
        page.screenshot(path=self._folder / f"{name}.png")


@pytest.fixture(scope="session")
def pictures() -> Pictures:
    return Pictures(ROOT / "tests" / "output")
