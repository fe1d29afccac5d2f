"""The pages' forms name fields and refusals of the server by names that it really uses."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.running_shop import ROOT

# `about={{…}}`, `const ABOUT = {…}` and `const OFFER_FIELDS = {…}`, each a name of the server → a control.
_MAPS = re.compile(r"(?:ABOUT|OFFER_FIELDS) = \{(.*?)\};|about=\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r'(?:^|[{,\s])"?([a-z][a-z_ ]*)"?:')
# What the error tree and the edges say, and the fields of bodies.
_CODES = re.compile(r'code = "([a-z_]+)"|code="([a-z_]+)"')
_FIELDS = re.compile(r'"([a-z_ ]+)"|^    ([a-z_]+):', re.MULTILINE)


def _sources(*folders: str) -> str:
    return "\n".join(path.read_text() for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


def _named(source: str) -> set[str]:
    return {name for pair in _MAPS.findall(source) for part in pair for name in _NAME.findall(part)}


def test_every_name_in_a_form_is_one_of_the_servers() -> None:
    forms: dict[Path, set[str]] = {
        path: named for path in (ROOT / "web" / "src").rglob("*.tsx") if (named := _named(path.read_text()))
    }
    assert len(forms) > 10
    python = _sources("livecart/domain", "livecart/services", "livecart/rest", "signaling")
    known = {name for pair in (*_CODES.findall(python), *_FIELDS.findall(python)) for name in pair if name}
    assert {path.name: named - known for path, named in forms.items() if named - known} == {}
