"""The server under attack: as a user starts it, with all its limits on and one trusted proxy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.running_shop import RunningShop

PROXY, OTHER_SITE = "127.0.0.2", "https://shop.example"


# Not for the whole run: an open shop that nobody visits takes a twentieth of a core.
@pytest.fixture(scope="package")
def fort(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """Shared by the attacks; each comes from addresses of its own where limits by address matter."""
    with RunningShop(
        tmp_path_factory.mktemp("fort") / "data",
        LIVECART_LIMITS_EXEMPT="",
        LIVECART_TRUSTED_PROXIES=f"{PROXY}/32",
        LIVECART_ALLOWED_ORIGINS=OTHER_SITE,
    ) as running:
        yield running


class Resident:
    """The memory of the web process."""

    def __init__(self, shop: RunningShop) -> None:
        (pid,) = shop.parts("web")
        self._process = Path(f"/proc/{pid}")

    def bytes(self) -> int:
        return int((self._process / "statm").read_text().split()[1]) * 4_096

    def forget_peak(self) -> None:
        (self._process / "clear_refs").write_text("5")

    def peak(self) -> int:
        """The most that it had since `forget_peak`, in bytes."""
        lines = (self._process / "status").read_text().splitlines()
        return next(int(line.split()[1]) * 1_024 for line in lines if line.startswith("VmHWM"))


@pytest.fixture(scope="package")
def resident(fort: RunningShop) -> Resident:
    return Resident(fort)
