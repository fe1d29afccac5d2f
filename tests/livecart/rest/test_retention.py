"""Legal holds and the purge over HTTP, by the command and in the metrics: a whole shop that has grown old."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.operator import livecart
from tests.support.people import make_product, make_show, register, with_key
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]

YEARS_MS = 4 * 365 * 24 * 3600 * 1000
# Whatever a row says of its time, except when a session ends.
AGED = {
    "orders": ("created_at_ms", "expires_at_ms", "paid_at_ms"),
    "payments": ("created_at_ms", "updated_at_ms"),
    "journals": ("at_ms",),
}


def command(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return livecart(*words, "--data", str(data))


def grow_old(data: Path) -> None:
    with closing(sqlite3.connect(data / "livecart.db", timeout=10)) as held, held:
        for table, columns in AGED.items():
            for column in columns:
                held.execute(f"UPDATE {table} SET {column} = {column} - {YEARS_MS}")


def test_what_is_old_is_purged_by_command_save_what_is_held_and_the_books_balance(tmp_path: Path) -> None:
    with RunningShop(tmp_path / "data") as shop:
        root, mei, ana = shop.log_in("root"), shop.log_in("mei"), shop.log_in("ana")
        product = make_product(shop, mei)
        show = make_show(shop, mei, [product["id"]])["show"]["id"]
        body = {"show": show, "variant": product["variants"][0]["id"], "quantity": 1}
        ids = []
        for _ in range(3):
            order = with_key(shop, "orders", body, ana).body["order"]["id"]
            assert with_key(shop, f"orders/{order}/pay", {"method": "wallet"}, ana).status == 200
            ids.append(order)
        grow_old(shop.data)
        hold = {"kind": "order", "subject": ids[0], "reason": "a court asks for it"}
        placed = shop.call("POST", "legal-holds", hold, token=root)
        assert placed.status == 201, placed
        assert shop.call("POST", "legal-holds", hold, token=root).body["code"] == "already_held"
        assert shop.call("POST", "legal-holds", {**hold, "subject": "none"}, token=root).status == 404
        assert shop.call("POST", "legal-holds", {**hold, "kind": "ship"}, token=root).status == 400
        assert shop.call("POST", "legal-holds", {**hold, "kind": "person", "reason": ""}, token=root).status == 400
        dry = command(shop.data, "retention", "--dry-run")
        assert (dry.returncode, "2 due, 1 held" in dry.stdout, "nothing was removed" in dry.stdout) == (0, True, True)
        assert {each["id"] for each in shop.call("GET", "orders", token=ana).body["orders"]} == set(ids)
        done = command(shop.data, "retention")
        assert done.returncode == 0, done.stderr
        assert "2 removed, 1 held" in done.stdout
        assert "0 removed, 1 held" in command(shop.data, "retention").stdout
        assert [each["id"] for each in shop.call("GET", "orders", token=ana).body["orders"]] == ids[:1]
        assert shop.call("GET", f"orders/{ids[1]}", token=ana).status == 404, "it is nobody's any more"
        # Whoever sold it still has his figures, and the books and the log are whole.
        assert shop.call("GET", "sales", token=mei).status == 200
        audit = command(shop.data, "audit")
        assert audit.returncode == 0, audit.stdout + audit.stderr
        report = shop.call("GET", "retention", token=root).body["retention"]
        orders = next(each for each in report["kinds"] if each["kind"] == "orders")
        assert (orders["days"], orders["due"], orders["held"], orders["removed"]) == (1_095, 0, 1, 2)
        assert report["legal_holds"] == 1
        metrics = str(shop.call("GET", "/metrics").body)
        assert 'livecart_retention_removed_total{kind="orders"} 2.0' in metrics
        assert "livecart_legal_holds 1.0" in metrics
        (found,) = shop.call("GET", "legal-holds", token=root).body["legal_holds"]
        assert shop.call("DELETE", f"legal-holds/{found['id']}", {"reason": "closed"}, token=root).status == 204
        assert shop.call("DELETE", f"legal-holds/{found['id']}", {"reason": "closed"}, token=root).status == 404
        assert "1 removed, 0 held" in command(shop.data, "retention").stdout
        assert command(shop.data, "audit").returncode == 0
        # Nobody can be the one whose orders these are now.
        for handle in ("-", "forgotten"):
            answer = shop.call("POST", "auth/login", {"handle": handle, "password": "livecart-demo"})
            assert answer.status == 401
        forged = {"handle": "-", "password": "livecart-demo", "display_name": "Nobody"}
        assert shop.call("POST", "auth/register", forged).status == 400
        assert shop.call("GET", "orders", token=register(shop)).body["orders"] == []
