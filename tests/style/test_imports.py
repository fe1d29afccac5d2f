"""What import-linter cannot say: who may touch aiortc, that nothing happens at import, and what must be declared."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.style.sources import python_files, text

PACKAGES = ("livecart", "signaling", "media")
PINNED = ("aiortc", "aioice")
# The only files that know aiortc's private names; the versions are pinned for their sake.
MAY_USE_PRIVATE_NAMES = {Path("media/dtls.py"), Path("media/peer.py")}
# The sans-IO cores see aiortc's formats through this file alone.
WRAPPER = Path("media/formats.py")


def canonical(requirement: str) -> str:
    """The name alone, as PyPI compares names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[=<>;~! ]", requirement, maxsplit=1)[0]).lower()


def imports(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """(module, names) of each import statement, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, []
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", [alias.name for alias in node.names]


def touches_private_names(tree: ast.Module) -> bool:
    """Does it import, or reach into, a name of aiortc or aioice that begins with an underscore?"""
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
            if module.partition(".")[0] in PINNED:
                if any(alias.name.rpartition(".")[2].startswith("_") for alias in node.names):
                    return True
                bound |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    return any(
        isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and isinstance(node.value, ast.Name)
        and node.value.id in bound
        for node in ast.walk(tree)
    )


def test_only_the_named_files_touch_aiortc() -> None:
    faults = []
    for path in python_files(*PACKAGES):
        tree = ast.parse(text(path))
        used = {module.partition(".")[0] for module, _ in imports(tree)} & set(PINNED)
        if used and path.parts[0] != "media":
            faults.append(f"{path}: only media may import aiortc and aioice")
        if used and path.parts[:2] == ("media", "core"):
            faults.append(f"{path}: the cores import {WRAPPER}")
        if path not in MAY_USE_PRIVATE_NAMES and touches_private_names(tree):
            faults.append(f"{path}: uses a private name")
    assert not faults


def test_nothing_happens_at_import() -> None:
    """No clients, no reading of the environment, no clock: neither called nor taken at module level."""
    told = ("os.environ[", "os.getenv(", "os.environ.get(", "time.time(", "time.monotonic(", "datetime.now(", "open(")
    kinds = ast.Assign | ast.AnnAssign | ast.Expr
    faults = []
    for path in python_files(*PACKAGES):
        lines = [ast.unparse(node) for node in ast.parse(text(path)).body if isinstance(node, kinds) and node.value]
        said = [line for line in lines if not line.startswith(("'", '"'))]
        faults += [f"{path}: {line}" for line in said for word in told if word in line]
    assert not faults


def test_private_names_are_seen() -> None:
    assert touches_private_names(ast.parse("from aiortc.rtp import _pad"))
    assert touches_private_names(ast.parse("from aiortc import sdp\nsdp._parse()"))
    assert not touches_private_names(ast.parse("from aiortc import sdp\nself._x = sdp.parse()"))


def test_what_is_imported_is_declared() -> None:
    """A package that only another one brings, or only the development tools, is missing on somebody else's machine."""
    project = tomllib.loads(text(Path("pyproject.toml")))["project"]
    asked = [*project["dependencies"], *(each for extra in project["optional-dependencies"].values() for each in extra)]
    declared = {canonical(each) for each in asked}
    brought_by = packages_distributions()
    used = {
        module.partition(".")[0]
        for path in python_files(*PACKAGES)
        for module, _ in imports(ast.parse(text(path)))
        if module.partition(".")[0] not in {*sys.stdlib_module_names, *PACKAGES}
    }
    assert used
    missing = [name for name in used if not declared & {canonical(dist) for dist in brought_by.get(name, ())}]
    assert not missing, f"not in pyproject.toml: {sorted(missing)}"
