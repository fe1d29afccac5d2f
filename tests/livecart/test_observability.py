from __future__ import annotations

import errno
import io
import sys

import pytest
import structlog

from livecart.observability import configure_logging


class FullDisk(io.StringIO):
    full = True

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)


def test_a_line_that_cannot_be_written_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = FullDisk()
    monkeypatch.setattr(sys, "stderr", disk)
    before = structlog.get_config()
    try:
        configure_logging("info", "test")
        log = structlog.get_logger("test")
        log.warning("lost")
        disk.full = False
        log.warning("written")
    finally:
        structlog.contextvars.unbind_contextvars("part")
        structlog.configure(**before)
    assert "written" in disk.getvalue()
    assert "lost" not in disk.getvalue()
