"""Another host: a network namespace of a test's own with one link to this machine. Only root may make it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

needs_another_host = pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("ip"), reason="needs root and iproute2")

NAMESPACE, LINK = f"livecart-{os.getpid()}", f"lc{os.getpid()}"
# A network of this run's own: two that hold the same addresses would take each other's packets.
HERE, THERE = (f"10.213.{os.getpid() % 250}.{host}" for host in (1, 2))


def ip(*words: str) -> str:
    return subprocess.run(["ip", *words], check=True, capture_output=True, timeout=10, text=True).stdout


@contextmanager
def another_host() -> Iterator[str]:
    """The name of a namespace at THERE that sees this machine as HERE."""
    _remove_orphans()
    ip("netns", "add", NAMESPACE)
    try:
        ip("link", "add", f"{LINK}a", "type", "veth", "peer", "name", f"{LINK}b", "netns", NAMESPACE)
        ip("addr", "add", f"{HERE}/24", "dev", f"{LINK}a")
        ip("link", "set", f"{LINK}a", "up")
        ip("-n", NAMESPACE, "addr", "add", f"{THERE}/24", "dev", f"{LINK}b")
        ip("-n", NAMESPACE, "link", "set", f"{LINK}b", "up")
        ip("-n", NAMESPACE, "link", "set", "lo", "up")
        yield NAMESPACE
    finally:
        ip("netns", "del", NAMESPACE)


def block_udp(namespace: str) -> None:
    """A firewall that lets no datagram in or out."""
    for chain in ("INPUT", "OUTPUT"):
        ip("netns", "exec", namespace, "iptables", "-A", chain, "-p", "udp", "-j", "DROP")


def blocked(namespace: str) -> int:
    """How many datagrams wanted out."""
    listed = ip("netns", "exec", namespace, "iptables", "-L", "OUTPUT", "-v", "-n", "-x")
    return sum(int(line.split()[0]) for line in listed.splitlines() if "DROP" in line.split()[2:3])


def browser_on(namespace: str, folder: Path) -> str:
    """The path of a Chromium that runs there."""
    wrapper = folder / "chromium"
    wrapper.write_text(f'#!/bin/sh\nexec ip netns exec {namespace} {shutil.which("chromium")} "$@"\n')
    wrapper.chmod(0o755)
    return str(wrapper)


def _remove_orphans() -> None:
    """Namespaces of runs that were killed before they could remove theirs."""
    for name in re.findall(r"^livecart-\d+", ip("netns", "list"), re.MULTILINE):
        if not Path("/proc", name.removeprefix("livecart-")).exists():
            ip("netns", "del", name)
