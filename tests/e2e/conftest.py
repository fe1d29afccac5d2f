"""A browser for the journeys. Screenshots go to tests/output/, which git ignores."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.steps import Pictures
from tests.support.chromium import launch
from tests.support.running_shop import ROOT


# Not for the whole run: Playwright keeps an event loop running in this thread, and other tests want theirs.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pictures() -> Pictures:
    return Pictures(ROOT / "tests" / "output")
