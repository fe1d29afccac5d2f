"""Contract tests run on real databases, SQLite's files included: `make test` runs them, `make check` does not.

At the end of a test all questions of the audit are asked that can have an answer there, on both engines
(tests/support/short_audit.py); that each finds what it looks for is shown `once`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.full import in_full

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE not in item.path.parents:
            continue
        item.add_marker(pytest.mark.real)
        if item.get_closest_marker("once") and "postgres" in item.name:
            item.add_marker(in_full)
