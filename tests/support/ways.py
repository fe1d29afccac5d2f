"""The ways through one journey: two sizes of screen by two languages.

All of them in `make test-full`. In `make test` each journey goes the ways that it names, and the journeys of one kind
of person (viewer, host, moderator, buyer) name different ones, so that each meets both sizes and both languages.
"""

from __future__ import annotations

import pytest

from tests.support.chromium import DESKTOP, PHONE
from tests.support.full import in_full
from tests.support.said import ENGLISH, Said

CHINESE = Said("zh")
WAYS = {
    "desktop-en": (DESKTOP, ENGLISH),
    "phone-zh": (PHONE, CHINESE),
    "phone-en": (PHONE, ENGLISH),
    "desktop-zh": (DESKTOP, CHINESE),
}


def in_ways(*always: str) -> pytest.MarkDecorator:
    """For a test that takes `size` and `say`."""
    assert set(always) <= set(WAYS)
    ways = [pytest.param(*way, id=name, marks=[] if name in always else in_full) for name, way in WAYS.items()]
    return pytest.mark.parametrize(("size", "say"), ways)
