"""The log and one's own cases over HTTP, and what the operator's commands say of them: a whole shop."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from livecart.adapters.log_marks import FILE
from livecart.domain.moderation_log import GENESIS, LogEntry, Words, chained, words_hash
from tests.support.operator import livecart
from tests.support.people import PASSWORD, add_with_role, make_topic, new_handle, register
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(90)]

REASON = {"code": "off_topic", "reason": "This is about <b>cars</b>."}


def rejected(shop: RunningShop) -> tuple[str, str]:
    """A new creator's token and his topic."""
    creator = add_with_role(shop, "creator")
    topic = make_topic(shop, creator)
    assert shop.call("POST", f"topics/{topic}/submit", token=creator).status == 200
    assert shop.call("POST", f"topics/{topic}/reject", REASON, token=shop.log_in("mo")).status == 200
    return creator, topic


def run(shop: RunningShop, *words: str) -> subprocess.CompletedProcess[str]:
    return livecart(*words, "--data", str(shop.data))


def test_the_person_concerned_reads_why_and_moderators_read_by_whom(shop: RunningShop) -> None:
    creator, topic = rejected(shop)
    answer = shop.call("GET", "me/cases", token=creator)
    (case,) = answer.body["cases"]
    assert (case["kind"], case["subject"], case["code"]) == ("topic.rejected", f"topic:{topic}", "off_topic")
    assert (case["reason"], case["quote"], case["rule"]) == (REASON["reason"], "Cups and bowls", "category:home@1")
    assert "handle" not in json.dumps(case), "who decided is told to staff only"
    path = f"moderation/log?subject=topic:{topic}"
    (entry,) = shop.call("GET", path, token=shop.log_in("mo")).body["entries"]
    assert entry["by"]["handle"] == "mo"
    assert (entry["hash"], entry["number"]) == (case["hash"], case["number"])
    assert shop.call("GET", "moderation/log", token=creator).status == 403
    assert shop.call("GET", "moderation/log").status == 401
    assert shop.call("GET", "me/cases").status == 401
    assert shop.call("GET", "me/cases", token=register(shop)).body == {"cases": [], "next": None}


def test_the_log_is_read_page_by_page(shop: RunningShop) -> None:
    rejected(shop)
    mo = shop.log_in("mo")
    numbers: list[int] = []
    following: str | None = ""
    while following is not None:
        answer = shop.call("GET", f"moderation/log?limit=2&cursor={following}", token=mo).body
        numbers += [entry["number"] for entry in answer["entries"]]
        following = answer["next"]
    assert numbers == list(range(len(numbers), 0, -1))
    for query in ("cursor=abc", "cursor=" + "9" * 30, "limit=0", "user=%00", "kind=" + "x" * 200, "subject=a%20b"):
        answer = shop.call("GET", f"moderation/log?{query}", token=mo)
        assert (answer.status, answer.body["code"]) == (400, "invalid"), query
    assert shop.call("GET", "moderation/log?kind=no.such", token=mo).body["entries"] == []


def test_an_exported_log_can_be_checked_with_nothing_but_its_lines(shop: RunningShop) -> None:
    rejected(shop)
    done = run(shop, "log", "export")
    assert done.returncode == 0, done.stderr
    before = GENESIS
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) > 3
    for line in lines:
        words, hash_ = line.pop("words"), line.pop("hash")
        entry = LogEntry(*(line[name] for name in LogEntry.__slots__))
        before = chained(before, entry)
        assert before == hash_
        if words is not None:
            assert words_hash(words["salt"], Words(words["reason"], words["quote"])) == entry.words_hash


TAMPERING = [
    ("UPDATE moderation_log SET code = 'other' WHERE number = {row}", "row {row} was changed"),
    ("DELETE FROM moderation_log WHERE number = {row}", "row {row} was removed"),
    ("UPDATE moderation_words SET reason = 'fine' WHERE number = {row}", "the words of row {row} were changed"),
    ("UPDATE topic_decisions SET reason = 'fine' WHERE topic_id = '{topic}'", "reason rewritten, row {row}"),
    ("DELETE FROM topic_decisions WHERE topic_id = '{topic}'", "topic topic:{topic}, status topic.rejected, row {row}"),
]


@pytest.fixture(scope="module")
def own_shop(tmp_path_factory: pytest.TempPathFactory) -> RunningShop:
    """One that may be tampered with; it has ended, and its books are at rest."""
    with RunningShop(tmp_path_factory.mktemp("tampered") / "data") as shop:
        rejected(shop)
        handle = new_handle("someone")
        register_body = {"handle": handle, "password": PASSWORD, "display_name": handle}
        assert shop.call("POST", "auth/register", register_body).status == 201
    return shop


@pytest.mark.parametrize(("statement", "said"), TAMPERING)
def test_the_audit_command_names_the_row_that_was_tampered_with(
    own_shop: RunningShop, tmp_path: Path, statement: str, said: str
) -> None:
    for name in ("livecart.db", "secret", FILE):
        if (own_shop.data / name).exists():
            (tmp_path / name).write_bytes((own_shop.data / name).read_bytes())
    clean = livecart("audit", "--data", str(tmp_path))
    assert clean.returncode == 0, clean.stdout + clean.stderr
    with closing(sqlite3.connect(tmp_path / "livecart.db")) as held, held:
        row, subject = held.execute("SELECT number, subject FROM moderation_log WHERE code = 'off_topic'").fetchone()
        filling = {"row": row, "topic": subject.removeprefix("topic:")}
        assert held.execute(statement.format(**filling)).rowcount == 1
    found = livecart("audit", "--data", str(tmp_path))
    assert found.returncode == 1
    assert said.format(**filling) in found.stdout, found.stdout


def test_the_log_is_searched_by_who_decided_and_when(shop: RunningShop) -> None:
    rejected(shop)
    mo = shop.log_in("mo")
    me = shop.call("GET", "me", token=mo).body["user"]["id"]
    mine = shop.call("GET", f"moderation/log?by={me}&limit=200", token=mo).body["entries"]
    assert mine
    assert {entry["by"]["handle"] for entry in mine} == {"mo"}
    at = mine[0]["at"].replace("+", "%2B")
    before = shop.call("GET", f"moderation/log?by={me}&until={at}&limit=200", token=mo).body["entries"]
    since = shop.call("GET", f"moderation/log?by={me}&since={at}&limit=200", token=mo).body["entries"]
    assert sorted(entry["number"] for entry in before + since) == sorted(entry["number"] for entry in mine)
    assert mine[0]["number"] in {entry["number"] for entry in since}
    for query in ("since=yesterday", "since=2026-01-01T00:00:00", "until=9999999", "by=%00"):
        answer = shop.call("GET", f"moderation/log?{query}", token=mo)
        assert (answer.status, answer.body["code"]) == (400, "invalid"), query


def test_the_logs_state_says_how_long_it_is_and_what_was_signed(shop: RunningShop) -> None:
    rejected(shop)
    mo = shop.log_in("mo")
    state = shop.call("GET", "moderation/log/state", token=mo).body["state"]
    newest = shop.call("GET", "moderation/log?limit=1", token=mo).body["entries"][0]
    assert (state["number"], state["hash"]) == (newest["number"], newest["hash"])
    assert state["signed_number"] is None or state["signed_number"] <= state["number"]
    assert state["audit"] is None or state["audit"]["faults"] == 0


def test_what_the_desk_exports_is_what_the_operator_exports(shop: RunningShop) -> None:
    rejected(shop)
    headers = {"Authorization": f"Bearer {shop.log_in('mo')}"}
    asked = urllib.request.Request(f"{shop.url}/api/v1/moderation/log.jsonl", headers=headers)
    with urllib.request.urlopen(asked) as response:
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["Cache-Control"] == "private, no-store"
        exported = [json.loads(line) for line in response.read().decode().splitlines()]
    done = run(shop, "log", "export")
    assert exported == [json.loads(line) for line in done.stdout.splitlines()]
