"""What the doctor says of a folder of pictures; the rest of it is tried with a whole shop in test_serve.py."""

from __future__ import annotations

import argparse
import errno
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NoReturn

import pytest

from livecart.commands import doctor
from livecart.commands.fault import CommandError
from livecart.settings import Settings

Pictures = Callable[[str], Awaitable[str]]


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    """The check with `images_dir` set to a path in the test's folder."""
    check = doctor.CHECKS["pictures"]
    return lambda name: check(Settings(data=str(tmp_path / "data"), images_dir=str(tmp_path / name)))


async def test_a_folder_that_can_be_written_is_left_as_it_was(pictures: Pictures, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    assert await pictures("shared") == f"{tmp_path / 'shared'} can be written"
    assert list((tmp_path / "shared").iterdir()) == []


async def test_a_folder_that_is_not_there_is_not_made(pictures: Pictures, tmp_path: Path) -> None:
    assert "will be made" in await pictures("a/b/c")
    assert not (tmp_path / "a").exists()


async def test_without_a_setting_it_is_the_one_in_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    assert await doctor.CHECKS["pictures"](Settings(data=str(tmp_path))) == f"{tmp_path / 'images'} can be written"


async def test_a_file_in_its_place_is_a_fault(pictures: Pictures, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for name in ("file", "file/images"):
        with pytest.raises(CommandError, match="is no folder"):
            await pictures(name)


# Root may write everywhere, so that the refusal of the system itself is what is put in its place.
@pytest.mark.parametrize("fault", [errno.EACCES, errno.EROFS, errno.ENOSPC])
async def test_what_the_system_refuses_is_a_fault(
    pictures: Pictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    def refuse(*, dir: Path) -> NoReturn:  # noqa: A002 -- the name is tempfile's
        raise OSError(fault, f"refused for {dir}")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(CommandError, match=f"{tmp_path} cannot be written: refused"):
        await pictures("images")


async def test_a_fault_is_printed_and_the_command_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr(doctor, "CHECKS", {"pictures": doctor.CHECKS["pictures"]})
    settings = Settings(images_dir=str(tmp_path / "file"))
    assert await doctor.doctor(settings, argparse.Namespace()) == 1
    assert capsys.readouterr().out.startswith("FAULT  pictures")
