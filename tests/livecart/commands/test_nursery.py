"""The nursery forks parts that are like processes of their own, and is missed by nobody when it goes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from livecart.commands import nursery
from livecart.commands.nursery import MODULES, UNKNOWN, Nursery, NurseryGoneError, opened
from livecart.commands.supervisor import Part, Supervisor
from tests.support.regulars import until

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere parts are not forked"),
    # pytest itself has threads, the process that forks in earnest has none: see the last test.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning"),
]


def part(words: list[str]) -> int:
    """What the forks run here instead of `livecart`."""
    match words:
        case ["tell", file]:
            blocked = [int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, [])]
            told = {
                "environment": dict(os.environ),
                "files": len(list(Path("/proc/self/fd").iterdir())),
                "blocked": blocked,
            }
            Path(file).write_text(json.dumps(told))
            return 7
        case ["touch", file]:
            Path(file).touch()
            time.sleep(60)
        case ["supervise", file]:
            asyncio.run(supervise(Path(file)))
        case ["exit", code]:
            raise SystemExit(int(code))
        case ["fault"]:
            raise RuntimeError("a fault in a part")
    return 0


async def supervise(file: Path) -> None:
    """A supervisor in the middle of its work."""
    with opened(part, []) as made:
        assert made is not None
        born = await made.start(["touch", str(file)], {})
        await touched(file)
        file.with_suffix(".pid").write_text(str(born.pid))
        await born.wait()


def of(work: Callable[[Nursery], Awaitable[None]], *modules: str) -> None:
    """Does the work with a nursery that was forked before there was a loop."""
    with opened(part, modules) as made:
        assert made is not None
        nursery_of_test = made

        async def limited() -> None:
            async with asyncio.timeout(20):
                await work(nursery_of_test)

        asyncio.run(limited())


def is_alive(pid: int) -> bool:
    """Not ended; a process that waits for whoever asks for its exit code has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


async def touched(file: Path) -> None:
    await until(file.exists, 10)


def test_a_part_has_the_environment_that_it_was_given_and_nothing_of_the_nursery(tmp_path: Path) -> None:
    async def work(made: Nursery) -> None:
        counts = []
        for name in ("one", "two"):
            born = await made.start(["tell", str(tmp_path / name)], {"NAME": name})
            assert await born.wait() == 7
            told = json.loads((tmp_path / name).read_text())
            assert told["environment"] == {"NAME": name}
            assert told["blocked"] == []
            counts.append(told["files"])
        assert counts[0] == counts[1]

    of(work)


def test_the_ways_to_end(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    async def work(made: Nursery) -> None:
        assert await (await made.start(["exit", "3"], {})).wait() == 3
        assert await (await made.start(["fault"], {})).wait() == 1
        ended = await made.start(["terminated", "at", "once"], {})
        assert list(await asyncio.gather(ended.wait(), ended.wait())) == [0, 0]
        ended.kill()  # too late, and harms nobody
        for number, name in ((signal.SIGTERM, "terminate"), (signal.SIGKILL, "kill")):
            born = await made.start(["touch", str(tmp_path / name)], {})
            await touched(tmp_path / name)
            getattr(born, name)()
            assert await born.wait() == born.returncode == -number

    of(work)
    assert "RuntimeError: a fault in a part" in capfd.readouterr().err


def test_a_stop_of_the_whole_group_leaves_the_nursery_to_its_supervisor(tmp_path: Path) -> None:
    async def work(made: Nursery) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(made.pid, number)
        assert await (await made.start(["exit", "0"], {})).wait() == 0

    of(work)


def test_with_the_nursery_its_parts_end(tmp_path: Path) -> None:
    async def work(made: Nursery) -> None:
        born = await made.start(["touch", str(tmp_path / "there")], {})
        await touched(tmp_path / "there")
        os.kill(made.pid, signal.SIGKILL)
        assert await born.wait() == UNKNOWN
        with pytest.raises(NurseryGoneError):
            await made.start(["exit", "0"], {})

    of(work)


def test_with_a_supervisor_that_is_killed_nursery_and_parts_end(tmp_path: Path) -> None:
    async def work(made: Nursery) -> None:
        supervisor = await made.start(["supervise", str(tmp_path / "there")], {})
        told = tmp_path / "there.pid"
        await until(lambda: told.exists() and told.read_text() != "", 10)
        grandchild = int(told.read_text())
        supervisor.kill()
        await until(lambda: not is_alive(grandchild), 10)

    of(work)


def test_a_stop_while_modules_load_waits_for_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "livecart_test_of_stopping.py").write_text("import time\ntime.sleep(60)")
    monkeypatch.syspath_prepend(tmp_path)

    async def work(made: Nursery) -> None:
        supervisor = Supervisor([Part("help", ["--help"], own=True)], os.environ, made)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(supervisor.run())
            await until(made._asking.locked, 10)
            supervisor.on_signal()

    of(work, "livecart_test_of_stopping")


@pytest.mark.parametrize("text", ["raise ImportError", "import time\ntime.sleep(60)"], ids=["fails", "hangs"])
def test_a_module_that_cannot_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (tmp_path / "livecart_test_of_loading.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(nursery, "ANSWER_S", 0.5)

    async def work(made: Nursery) -> None:
        with pytest.raises(NurseryGoneError):
            await made.start(["exit", "0"], {})

    of(work, "livecart_test_of_loading")


def test_a_supervisor_without_its_nursery_starts_parts_by_their_command_line() -> None:
    async def work(made: Nursery) -> None:
        os.kill(made.pid, signal.SIGKILL)
        supervisor = Supervisor([Part("help", ["--help"], own=True)], os.environ, made)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(supervisor.run())
            await until(lambda: isinstance(supervisor._running.get("help"), asyncio.subprocess.Process), 10)
            supervisor.on_signal()

    of(work)


def test_loading_the_parts_starts_no_thread_and_opens_no_file() -> None:
    """A fork has the thread alone that forked, and shares each open file with its siblings."""
    program = (
        "import importlib, os; before = len(os.listdir('/proc/self/fd'))\n"
        f"for name in {MODULES!r}: importlib.import_module(name)\n"
        "print(len(os.listdir('/proc/self/task')), len(os.listdir('/proc/self/fd')) - before)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "0"]
