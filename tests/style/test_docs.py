"""The documents point at files that exist and at commands that the Makefile has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.protocol import documented, read_vectors
from tests.style.sources import ROOT, files, text

DOCUMENTS = [path for path in files() if path.suffix == ".md" and path.parts[0] != "web"]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\|([^|]+)\|(.+)\|$")
# Made by the tools that the documents describe, so git does not have them.
BUILT = ("livecart/static",)


def links(content: str) -> list[str]:
    """Targets inside the repository, without their anchors."""
    targets = (match.group(1).partition("#")[0] for match in LINK.finditer(FENCE.sub("", content)))
    return [target for target in targets if target and "://" not in target and not target.startswith("mailto:")]


def anchors(content: str) -> set[str]:
    """The names that headings have in rendered Markdown."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", content), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def where_is() -> list[tuple[str, str]]:
    """(question, path) of each path in the table of docs/architecture.md."""
    _, found, table = text(Path("docs/architecture.md")).partition("## Where is")
    assert found, "docs/architecture.md has lost its table"
    rows = [match for line in table.partition("\n## ")[0].splitlines() if (match := ROW.match(line))]
    return [(row.group(1).strip(), path) for row in rows for path in re.findall(r"`([^`]+)`", row.group(2))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_relative_links_resolve(document: Path) -> None:
    folder = (ROOT / document).parent
    assert not [target for target in links(text(document)) if not (folder / target).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_anchors_resolve(document: Path) -> None:
    lost = []
    for match in LINK.finditer(FENCE.sub("", text(document))):
        target, mark, anchor = match.group(1).partition("#")
        aim = (ROOT / document).parent / target if target else ROOT / document
        if mark and "://" not in target and aim.suffix == ".md" and aim.exists():
            lost += [match.group(1)] if anchor not in anchors(aim.read_text("utf-8")) else []
    assert not lost


def test_where_is_names_only_what_exists() -> None:
    rows = where_is()
    assert len(rows) >= 30
    lost = [path for _, path in rows if not (ROOT / path).exists() and not path.startswith(BUILT)]
    assert not lost, f"docs/architecture.md names files that are not there: {lost}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_make_targets_in_the_documents_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", text(Path("Makefile")), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z][a-z-]*)", text(document))) <= targets


def test_the_protocol_is_documented_as_it_is() -> None:
    written = text(Path("docs/protocol.md"))
    assert written == documented(written, read_vectors()), "stale: python -m scripts.protocol docs"


def test_the_parsers_see_what_they_should() -> None:
    assert links("[a](b.md#c) ![d](e.png) [f](https://g) [h](#i)") == ["b.md", "e.png"]
    assert anchors("## Where is …?\n### Ports, and UDP") == {"where-is-", "ports-and-udp"}
