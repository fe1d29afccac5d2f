"""Every dependency is pinned with a hash, and no lock file says where it is fetched from."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.style.sources import files, text
from tests.style.test_imports import canonical

LOCKS = [path for path in files() if re.fullmatch(r"requirements.*\.lock", path.name)]
ADDRESS = re.compile(r"https?://|--(extra-)?index|--find-links|--trusted-host")
REQUIREMENT = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(\[[a-z0-9,._-]+\])?==[^\s;\\]+")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def requirements(content: str) -> list[str]:
    """One string a requirement, its continued lines joined."""
    joined = content.replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def test_the_python_locks_are_there() -> None:
    assert {path.name for path in LOCKS} >= {"requirements.lock", "requirements-dev.lock", "requirements-node.lock"}


@pytest.mark.parametrize("lock", LOCKS, ids=str)
def test_a_python_lock_pins_everything_with_a_hash_and_names_no_index(lock: Path) -> None:
    content = text(lock)
    assert not ADDRESS.search(content)
    found = requirements(content)
    assert found
    for each in found:
        assert REQUIREMENT.match(each), each
        assert HASH.search(each), f"no hash: {each}"


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads(text(Path("pyproject.toml")))
    asked = set(map(canonical, project["project"]["dependencies"]))
    locked = set(map(canonical, requirements(text(Path("requirements.lock")))))
    assert asked <= locked
    dev = {canonical(each) for each in project["dependency-groups"]["dev"] if isinstance(each, str)}
    assert asked | dev <= set(map(canonical, requirements(text(Path("requirements-dev.lock")))))


@pytest.mark.parametrize("lock", [path for path in files() if path.name == "package-lock.json"], ids=str)
def test_the_node_lock_pins_everything_with_a_hash_and_names_no_registry(lock: Path) -> None:
    packages = json.loads(text(lock))["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if name and "integrity" not in package]


def test_addresses_and_missing_hashes_are_seen() -> None:
    assert ADDRESS.search("--index x")
    assert requirements("a==1 \\\n    --hash=sha256:0\n# b\n\nc==2\n") == ["a==1      --hash=sha256:0", "c==2"]
    assert not HASH.search("c==2")
