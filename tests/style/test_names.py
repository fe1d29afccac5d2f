"""Names say what a thing is in the field's own words, and each module opens with what is in it."""

from __future__ import annotations

import ast
import re

import pytest

from tests.style.sources import CODE, files, is_migration, python_files, text

# Words that say nothing about what a class or module is for.
EMPTY_WORDS = re.compile(r"(manager|helper|util|utils|utilities|impl|misc|common)s?$", re.IGNORECASE)
ENDS_IN_BASE = re.compile(r"(^Base[A-Z]|Base$|(^|_)base(_|$))")


def says_nothing(name: str) -> bool:
    return bool(EMPTY_WORDS.search(name) or ENDS_IN_BASE.search(name))


def test_modules_and_classes_are_named_for_what_they_are() -> None:
    found = []
    for path in python_files(*CODE):
        if not is_migration(path):
            classes = [node.name for node in ast.walk(ast.parse(text(path))) if isinstance(node, ast.ClassDef)]
            found += [f"{path}: {name}" for name in (path.stem, *classes) if says_nothing(name)]
    assert not found


def test_modules_open_with_a_sentence_and_init_files_are_empty() -> None:
    paths = python_files(*CODE)
    full = [str(path) for path in paths if path.name == "__init__.py" and text(path).strip()]
    mute = [str(path) for path in paths if path.name != "__init__.py" and not ast.get_docstring(ast.parse(text(path)))]
    assert not full, "an __init__.py stays empty"
    assert not mute, "no sentence at the top says what is in it"


def test_the_front_end_and_the_configuration_are_no_python_packages() -> None:
    assert not [path for path in files() if path.parts[0] in {"web", "config"} and path.suffix == ".py"]


@pytest.mark.parametrize(
    ("name", "empty"),
    [("ShowManager", True), ("text_utils", True), ("BaseStore", True), ("OrderImpl", True), ("Database", False)],
)
def test_the_rule_tells_names_apart(name: str, empty: bool) -> None:
    assert says_nothing(name) is empty
