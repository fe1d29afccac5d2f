"""Set-up as a stranger's machine sees it: what is skipped, what is done anew, and which Node and Python are taken."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path: Path) -> ModuleType:
    """The script, as if it stood in a checkout of its own whose path has a space."""
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec
    assert spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ROOT = tmp_path / "a checkout"
    module.ROOT.mkdir()
    module.VENV = module.ROOT / ".venv"
    module.BIN = module.VENV / "bin"
    module.STAMPS = module.VENV / ".stamps"
    module.INSTALLING = module.STAMPS / "installing"
    module.WEB = module.ROOT / "web"
    return module  # type: ignore[no-any-return]


class Steps:
    """A step with one input file, and how often it was done."""

    def __init__(self, bootstrap: Any) -> None:
        self._bootstrap = bootstrap
        self.input = bootstrap.ROOT / "input"
        self.input.write_text("1")
        self.made = bootstrap.ROOT / "made"
        self.done = 0
        self.fails = False

    def act(self) -> None:
        self.done += 1
        if self.fails:
            raise SystemExit(2)
        self.made.touch()

    def run(self) -> int:
        self._bootstrap.step("a step", [self.input], self.act, made=self.made)
        return self.done


def test_a_step_is_done_once_for_the_same_inputs(bootstrap: Any) -> None:
    steps = Steps(bootstrap)
    assert [steps.run(), steps.run()] == [1, 1]
    steps.input.write_text("2")
    assert [steps.run(), steps.run()] == [2, 2]


def test_a_step_is_done_again_when_what_it_made_is_gone(bootstrap: Any) -> None:
    steps = Steps(bootstrap)
    steps.run()
    steps.made.unlink()
    assert steps.run() == 2


def test_a_step_that_failed_does_not_count_even_if_its_inputs_go_back(bootstrap: Any) -> None:
    steps = Steps(bootstrap)
    steps.run()
    steps.input.write_text("2")
    steps.fails = True
    with pytest.raises(SystemExit):
        steps.run()
    steps.input.write_text("1")
    steps.fails = False
    assert steps.run() == 3


def make_environment(at: Path, *, named: Path | None = None) -> None:
    """What `python -m venv` leaves that set-up looks at."""
    (at / "bin").mkdir(parents=True)
    (at / "bin" / "python").symlink_to(sys.executable)
    (at / "bin" / "pip").write_text(f'#!/bin/sh\n\'\'\'exec\' "{named or at}/bin/python" "$0" "$@"\n')


def test_a_finished_environment_is_kept(bootstrap: Any) -> None:
    make_environment(bootstrap.VENV)
    assert bootstrap.is_whole(bootstrap.VENV)


def test_a_link_to_a_finished_environment_is_kept(bootstrap: Any, tmp_path: Path) -> None:
    make_environment(tmp_path / "shared")
    bootstrap.VENV.symlink_to(tmp_path / "shared")
    assert bootstrap.is_whole(bootstrap.VENV)


def test_an_environment_that_was_moved_or_lost_its_python_is_made_anew(bootstrap: Any, tmp_path: Path) -> None:
    make_environment(tmp_path / "moved", named=tmp_path / "before")
    assert not bootstrap.is_whole(tmp_path / "moved")
    make_environment(tmp_path / "orphan")
    (tmp_path / "orphan" / "bin" / "python").unlink()
    (tmp_path / "orphan" / "bin" / "python").symlink_to(tmp_path / "removed")
    assert not bootstrap.is_whole(tmp_path / "orphan")


def test_an_environment_without_pip_or_with_a_killed_installation_is_made_anew(bootstrap: Any) -> None:
    make_environment(bootstrap.VENV)
    bootstrap.STAMPS.mkdir()
    bootstrap.INSTALLING.touch()
    assert not bootstrap.is_whole(bootstrap.VENV)
    bootstrap.INSTALLING.unlink()
    (bootstrap.BIN / "pip").unlink()
    assert not bootstrap.is_whole(bootstrap.VENV)


def test_a_link_to_a_broken_environment_is_not_deleted(bootstrap: Any, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "precious").touch()
    bootstrap.VENV.symlink_to(tmp_path / "shared")
    with pytest.raises(SystemExit) as ended:
        bootstrap.make_venv()
    assert ended.value.code == 2
    assert (tmp_path / "shared" / "precious").exists()


@pytest.mark.parametrize(
    ("version", "taken"),
    [
        ("v20.19.0\n", True),
        ("v20.18.3", False),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("v18.20.4", False),
        ("", False),
        ("not found", False),
    ],
)
def test_only_a_node_that_the_build_takes_is_taken(bootstrap: Any, version: str, taken: bool) -> None:
    assert bootstrap.serves_vite(version) is taken


def test_without_node_the_one_in_the_environment_comes_first_on_path(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (bootstrap.ROOT / "requirements-node.lock").write_text("")
    monkeypatch.setenv("PATH", str(tmp_path))
    asked: list[Path] = []
    monkeypatch.setattr(bootstrap, "install_node", asked.append)
    assert bootstrap.node_env()["PATH"].split(":")[0] == str(bootstrap.BIN)
    assert asked == [bootstrap.ROOT / "requirements-node.lock"]


def test_the_front_ends_sources_are_what_it_is_built_from(bootstrap: Any) -> None:
    for name in ("src/room/main.tsx", "node_modules/preact/index.js", "index.html"):
        (bootstrap.WEB / name).parent.mkdir(parents=True, exist_ok=True)
        (bootstrap.WEB / name).touch()
    found = {str(path.relative_to(bootstrap.WEB)) for path in bootstrap.web_sources()}
    assert found == {"src/room/main.tsx", "index.html"}


def test_a_failed_step_shows_what_it_printed_and_ends_with_2(bootstrap: Any, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bootstrap.run(sys.executable, "-c", "print('the reason'); raise SystemExit(1)")
    assert ended.value.code == 2
    said = capfd.readouterr().err
    assert "the reason" in said
    assert "livecart: this step failed" in said


def test_a_step_is_asked_nothing(bootstrap: Any) -> None:
    bootstrap.run(sys.executable, "-c", "import sys; assert sys.stdin.read() == ''")


def test_pip_is_not_led_astray_and_a_killed_one_leaves_its_mark(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    seen: list[dict[str, str]] = []

    def killed(*_words: object, env: dict[str, str]) -> None:
        seen.append(env)
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "run", killed)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.install(bootstrap.ROOT / "requirements.lock")()
    assert seen[0]["PIP_USER"] == "0"
    assert "PYTHONPATH" not in seen[0]
    assert bootstrap.INSTALLING.exists()


def test_pip_that_fails_by_itself_leaves_no_mark(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_words: object, env: dict[str, str]) -> None:
        raise SystemExit(2)

    monkeypatch.setattr(bootstrap, "run", fails)
    with pytest.raises(SystemExit):
        bootstrap.install(bootstrap.ROOT / "requirements.lock")()
    assert not bootstrap.INSTALLING.exists()


def test_an_old_python_hands_over_to_a_newer_one_or_says_what_is_needed(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "MIN_PYTHON", (99, 0))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/found" if name == "python3.12" else None)
    called: list[str] = []
    monkeypatch.setattr(bootstrap.os, "execv", lambda path, _words: called.append(path))
    with pytest.raises(SystemExit):
        bootstrap.need_python()
    assert called == ["/found"]
    assert "Python 3.11 or newer is needed" in capsys.readouterr().err


def test_the_script_parses_on_a_python_that_is_too_old() -> None:
    """It must get as far as its own message: no syntax newer than 3.9."""
    check = "import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 9))"
    subprocess.run([sys.executable, "-c", check, str(SCRIPT)], check=True)
