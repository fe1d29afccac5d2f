"""Modules are loaded without garbage collection, and afterwards there is one again."""

from __future__ import annotations

import gc

import pytest

from livecart.commands.loading import loading


def test_nothing_is_looked_through_while_modules_load() -> None:
    assert gc.isenabled()
    with loading():
        assert not gc.isenabled()
        with loading():
            pass
        assert not gc.isenabled(), "the outer one still loads"
    assert gc.isenabled()


def test_a_module_that_cannot_be_loaded_leaves_the_collector_at_work() -> None:
    with pytest.raises(ImportError), loading():
        raise ImportError
    assert gc.isenabled()


def test_what_was_loaded_is_spared_for_good() -> None:
    before = gc.get_freeze_count()
    with loading():
        made: list[list[int]] = [[] for _ in range(1_000)]
    assert gc.get_freeze_count() >= before + len(made)
