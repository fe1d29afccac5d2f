"""What only `make test-full` runs: the same again at another size or codec, and counts that take long."""

from __future__ import annotations

import os

import pytest

FULL = os.environ.get("LIVECART_TEST_FULL") == "1"
in_full = pytest.mark.skipif(not FULL, reason="only in make test-full")
