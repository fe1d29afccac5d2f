"""Whatever is done to a log is found, at the rows that it was done to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from livecart.domain.ids import PersonId
from livecart.domain.log_check import ChainCheck, FaultKind, LogFault
from livecart.domain.moderation_log import (
    GENESIS,
    Link,
    LogEntry,
    Mark,
    MarkKind,
    Ruling,
    RulingKind,
    Words,
    canonical,
    chained,
    entry_of,
    mark_bytes,
    words_hash,
)

TEXTS = st.text(max_size=12)
# Logs are slow to make; each of them has a dozen places to be tampered with.
FEW = settings(max_examples=40)
MAYBE = st.none() | TEXTS


def linked(entries: Sequence[LogEntry], before: str = GENESIS) -> list[Link]:
    made: list[Link] = []
    for entry in entries:
        before = chained(before, entry)
        made.append(Link(entry, before))
    return made


def row(number: int, subject: str = "topic:t") -> LogEntry:
    return LogEntry(number, 1_000 + number, "mo", "topic.approved", f"{subject}{number}", "mei", None, None, None, None)


@st.composite
def logs(draw: st.DrawFn, least: int = 1) -> list[Link]:
    texts = st.tuples(MAYBE, TEXTS, TEXTS, MAYBE, MAYBE, MAYBE, MAYBE, MAYBE)
    count = draw(st.integers(least, 12))
    return linked([LogEntry(n, draw(st.integers(0, 2**50)), *draw(texts)) for n in range(1, count + 1)])


def faults(
    log: Sequence[Link], head: tuple[int, str] | None, *, signed: Sequence[Link] = (), anchor: Mark | None = None
) -> list[LogFault]:
    heads = {each.entry.number: frozenset({each.hash}) for each in signed}
    check = ChainCheck(anchor, heads)
    for link in log:
        check.see(link)
    return check.finish(head)


def head_of(log: Sequence[Link]) -> tuple[int, str]:
    return log[-1].entry.number, log[-1].hash


def covered(found: Sequence[LogFault]) -> set[int]:
    return {number for fault in found for number in range(fault.first, fault.last + 1)}


@FEW
@given(logs(), st.data())
def test_a_log_that_nobody_touched_has_no_faults(log: list[Link], data: st.DataObject) -> None:
    signed = data.draw(st.lists(st.sampled_from(log)))
    assert faults(log, head_of(log), signed=signed) == []


@FEW
@given(logs(), st.data())
def test_a_changed_row_is_found(log: list[Link], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(log) - 1))
    entry = log[index].entry
    name = data.draw(st.sampled_from(["at_ms", "by", "kind", "subject", "person", "rule", "code", "evidence"]))
    old = getattr(entry, name)
    new: Any = old + 1 if isinstance(old, int) else f"{old}!"
    touched = [*log[:index], Link(replace(entry, **{name: new}), log[index].hash), *log[index + 1 :]]
    (fault,) = faults(touched, head_of(log))
    assert (fault.kind, fault.last) == (FaultKind.CHANGED, entry.number)
    assert f"row {entry.number} was changed" in str(fault)


@FEW
@given(logs(), st.data())
def test_a_row_changed_together_with_its_hash_is_found(log: list[Link], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(log) - 1))
    before = log[index - 1].hash if index else GENESIS
    entry = replace(log[index].entry, code="another")
    if entry == log[index].entry:
        return
    touched = [*log[:index], Link(entry, chained(before, entry)), *log[index + 1 :]]
    assert entry.number in covered(faults(touched, head_of(log)))


@FEW
@given(logs(), st.data())
def test_a_hash_that_was_changed_alone_is_found(log: list[Link], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(log) - 1))
    touched = [*log[:index], Link(log[index].entry, "f" * 64), *log[index + 1 :]]
    (fault,) = faults(touched, head_of(log))
    assert (fault.kind, fault.last) == (FaultKind.CHANGED, index + 1)


@FEW
@given(logs(least=2), st.data())
def test_removed_rows_are_found(log: list[Link], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(log)))
    last = data.draw(st.integers(first, len(log)))
    touched = [*log[: first - 1], *log[last:]]
    assert faults(touched, head_of(log)) == [LogFault(FaultKind.REMOVED, first, last)]


@FEW
@given(logs(least=2), st.data())
def test_a_removed_row_is_found_though_the_others_were_numbered_anew(log: list[Link], data: st.DataObject) -> None:
    gone = data.draw(st.integers(1, len(log) - 1))
    moved = [Link(replace(each.entry, number=each.entry.number - 1), each.hash) for each in log[gone:]]
    touched = [*log[: gone - 1], *moved]
    assert gone in covered(faults(touched, head_of(touched)))


@given(st.integers(2, 12), st.data())
def test_two_rows_in_each_others_place_are_found(size: int, data: st.DataObject) -> None:
    log = linked([row(number) for number in range(1, size + 1)])
    one, two = data.draw(st.lists(st.integers(1, size), min_size=2, max_size=2, unique=True))
    touched = list(log)
    touched[one - 1] = Link(replace(log[two - 1].entry, number=one), log[two - 1].hash)
    touched[two - 1] = Link(replace(log[one - 1].entry, number=two), log[one - 1].hash)
    found = faults(touched, head_of(log))
    moved = {(fault.first, fault.place) for fault in found if fault.kind is FaultKind.MOVED}
    assert moved == {(one, two), (two, one)}
    assert {fault.kind for fault in found} <= {FaultKind.MOVED, FaultKind.HEAD}


@FEW
@given(logs(least=2), st.data())
def test_a_log_rewritten_with_all_its_hashes_is_found_by_a_signed_head(log: list[Link], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(log) - 1))
    signed = data.draw(st.sampled_from(log[index:]))
    entries = [each.entry for each in log]
    entries[index] = replace(entries[index], subject=f"{entries[index].subject}!")
    forged = linked(entries)
    assert faults(forged, head_of(forged)) == [], "nothing but a signature shows it"
    (fault,) = faults(forged, head_of(forged), signed=[signed])
    assert fault.kind is FaultKind.REWRITTEN
    assert fault.first <= index + 1 <= fault.last


@FEW
@given(logs(least=2), st.data())
def test_rewriting_is_narrowed_to_what_came_after_the_last_good_signature(log: list[Link], data: st.DataObject) -> None:
    index = data.draw(st.integers(1, len(log) - 1))
    entries = [each.entry for each in log]
    entries[index] = replace(entries[index], subject=f"{entries[index].subject}!")
    forged = linked(entries)
    assert faults(forged, head_of(forged), signed=log) == [LogFault(FaultKind.REWRITTEN, index + 1, index + 1)]


@FEW
@given(logs(least=2), st.data())
def test_a_truncated_log_is_found_by_a_signed_head(log: list[Link], data: st.DataObject) -> None:
    left = data.draw(st.integers(0, len(log) - 1))
    short = log[:left]
    head = head_of(short) if short else None
    assert faults(short, head) == [], "nothing but a signature shows it"
    assert faults(short, head, signed=[log[-1]]) == [LogFault(FaultKind.REMOVED, left + 1, len(log))]


@FEW
@given(logs(least=2), st.data())
def test_a_prefix_may_go_behind_its_anchor_and_only_there(log: list[Link], data: st.DataObject) -> None:
    last = data.draw(st.integers(1, len(log) - 1))
    anchor = Mark(MarkKind.ANCHOR, last, log[last - 1].hash, 0, 0)
    assert faults(log[last:], head_of(log), anchor=anchor) == []
    assert faults(log[last:], head_of(log))[0] == LogFault(FaultKind.REMOVED, 1, last)
    assert faults(log[last + 1 :], head_of(log), anchor=anchor)[0].first == last + 1
    changed = Link(replace(log[last].entry, code="another!"), log[last].hash)
    (fault,) = faults([changed, *log[last + 1 :]], head_of(log), anchor=anchor)
    assert (fault.first, fault.last) == (last + 1, last + 1)


@given(logs())
def test_a_head_that_is_not_the_last_row_is_found(log: list[Link]) -> None:
    assert faults(log, None) == [LogFault(FaultKind.HEAD, len(log), len(log))]
    assert faults(log, (len(log), "f" * 64)) == [LogFault(FaultKind.HEAD, len(log), len(log))]
    assert faults(log, (len(log) - 1, log[-1].hash)) == [LogFault(FaultKind.HEAD, len(log), len(log))]


@given(st.lists(TEXTS | st.none() | st.integers(), min_size=9, max_size=9), st.integers(0, 8))
def test_different_rows_have_different_bytes(values: list[str | int | None], index: int) -> None:
    entry = LogEntry(1, *values)  # type: ignore[arg-type]
    moved = [*values]
    moved[index] = f"{moved[index]} "
    assert canonical(entry) != canonical(LogEntry(1, *moved))  # type: ignore[arg-type]


def test_the_bytes_of_a_row_are_these_for_ever() -> None:
    ruling = Ruling(
        kind=RulingKind.TOPIC_REJECTED, at_ms=5, by=PersonId("mo"), subject="topic:t", code="other", evidence="e:1"
    )
    entry = entry_of(ruling, 7, None)
    told = b'[7,5,"mo","topic.rejected","topic:t",null,null,"other","e:1",null]'
    assert canonical(entry) == b"livecart moderation log 1\n" + told
    assert chained(GENESIS, entry) == "beadc51cc1816238f7157830adeedb7b18fd37ebd595091878b9f3fba5d16582"


def test_words_are_hashed_with_a_salt_and_each_part_in_its_place() -> None:
    assert words_hash("a", Words("spam")) == words_hash("a", Words("spam"))
    found = {words_hash("a", Words("spam")), words_hash("b", Words("spam")), words_hash("a", Words(None, "spam"))}
    assert len(found) == 3


def test_a_marks_kind_is_signed_with_it() -> None:
    mark = Mark(MarkKind.HEAD, 1, "a", 2, 3)
    assert mark_bytes(mark) != mark_bytes(replace(mark, kind=MarkKind.ANCHOR))
    assert mark_bytes(mark) == mark_bytes(replace(mark, key="k", signature="s"))
