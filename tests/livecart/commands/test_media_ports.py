"""Where media listens: what answers name by the operator's settings, and what the doctor says of it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from livecart.commands.lan import own_addresses
from tests.support.lean_client import candidates, offer
from tests.support.people import make_show
from tests.support.running_shop import ROOT, RunningShop, free_udp_ports

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


def doctor(*words: str) -> str:
    """The line about media over TCP."""
    done = subprocess.run(
        [sys.executable, "-m", "livecart", "doctor", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return next(line for line in done.stdout.splitlines() if " media tcp " in line)


def named(shop: RunningShop) -> list[tuple[str, str, int]]:
    """The candidates of a viewer's answer."""
    show = make_show(shop, shop.log_in("mei"))["show"]["id"]
    answer = shop.call("POST", f"/whep/{show}", offer("recvonly"), Content_Type="application/sdp")
    assert answer.status == 201, answer
    return candidates(answer.body)


def usual(shop: RunningShop) -> None:
    shop.environment["LIVECART_ADVERTISE"] = "2001:db8::5,203.0.113.5"


def off(shop: RunningShop) -> None:
    shop.environment["LIVECART_ICE_TCP"] = "false"


def as_http(shop: RunningShop) -> None:
    shop.udp = shop.port


# A shop for its own machine is at all of its addresses: Firefox finds none at 127.0.0.1 alone.
OWN = ["127.0.0.1", *own_addresses()]


@pytest.mark.parametrize(
    ("choose", "expected"),
    [
        (usual, [(kind, host) for kind in ("udp", "tcp") for host in ("2001:db8::5", "203.0.113.5")]),
        (off, [("udp", host) for host in OWN]),
        (as_http, [("udp", host) for host in OWN]),
    ],
)
def test_answers_name_what_the_operator_chose(
    tmp_path: Path, choose: Callable[[RunningShop], None], expected: list[tuple[str, str]]
) -> None:
    shop = RunningShop(tmp_path / "data")
    choose(shop)
    with shop:
        assert named(shop) == [(kind, host, shop.udp) for kind, host in expected]


def test_the_doctor_looks_at_the_tcp_side_of_the_media_port(tmp_path: Path) -> None:
    port = free_udp_ports(2)
    words = ["--data", str(tmp_path / "d"), "--http", f"127.0.0.1:{port + 1}"]
    assert f"TCP 127.0.0.1:{port} is free" in doctor(*words, "--udp", str(port))
    assert "HTTP has port" in doctor(*words, "--udp", str(port + 1))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        line = doctor(*words, "--udp", str(port))
    assert f"none: TCP port {port}" in line
