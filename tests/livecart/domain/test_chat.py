from __future__ import annotations

import pytest

from livecart.domain.chat import ChatMessage, Deleter, Deletion, RecentLines, check_chat_key
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError
from livecart.domain.ids import MessageId, PersonId, ShowId
from livecart.domain.people import Person, Role


def line(text: str, *, key: str, at_ms: int = 0, author: str = "ana", show: str = "s") -> ChatMessage:
    return ChatMessage(MessageId(f"{author}-{key}"), ShowId(show), PersonId(author), key, text, at_ms)


HOST = PersonId("mei")


def person(name: str, role: Role = Role.VIEWER) -> Person:
    return Person(PersonId(name), name, name.title(), role)


@pytest.mark.parametrize(
    ("who", "at_ms", "by"),
    [
        (person("ana"), 60_000, Deleter.AUTHOR),
        (person("mei", Role.CREATOR), 60_001, Deleter.HOST),
        (person("mo", Role.MODERATOR), 10**9, Deleter.MODERATOR),
        (person("root", Role.ADMIN), 0, Deleter.MODERATOR),
    ],
)
def test_authors_delete_for_a_minute_hosts_and_moderators_always(who: Person, at_ms: int, by: Deleter) -> None:
    deleted = line("hi", key="1").deleted(who, HOST, at_ms)
    assert deleted.deletion == Deletion(by, who.id, at_ms)
    assert deleted.deleted(person("mo", Role.MODERATOR), HOST, at_ms + 5) is deleted


@pytest.mark.parametrize(
    ("who", "at_ms", "code"),
    [
        (person("ana"), 60_001, "too_late"),
        (person("lin"), 0, "forbidden"),
        (person("another", Role.CREATOR), 0, "forbidden"),
    ],
)
def test_nobody_else_deletes(who: Person, at_ms: int, code: str) -> None:
    with pytest.raises(ForbiddenError) as refused:
        line("hi", key="1").deleted(who, HOST, at_ms)
    assert refused.value.code == code


def test_a_host_deletes_his_own_words_as_the_host_once_the_minute_is_over() -> None:
    mine = line("hi", key="1", author="mei")
    mei = person("mei", Role.CREATOR)
    assert [mine.deleted(mei, HOST, at_ms).deletion for at_ms in (0, 70_000)] == [
        Deletion(Deleter.AUTHOR, mei.id, 0),
        Deletion(Deleter.HOST, mei.id, 70_000),
    ]


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 65, "a\n"])
def test_a_key_is_short_and_printable(key: str) -> None:
    with pytest.raises(InvalidError):
        check_chat_key(key)


def test_the_same_line_twice_is_a_duplicate_for_ten_seconds() -> None:
    recent = RecentLines()
    recent.add(line("hi", key="1"))
    with pytest.raises(ConflictError) as refused:
        recent.add(line("hi", key="2", at_ms=9_999))
    assert refused.value.code == "duplicate"
    recent.add(line("hi", key="3", at_ms=10_000))


def test_another_show_author_text_or_the_same_key_is_no_duplicate() -> None:
    recent = RecentLines()
    recent.add(line("hi", key="1"))
    recent.add(line("hi", key="1"))
    recent.add(line("hi", key="2", show="t"))
    recent.add(line("hi", key="3", author="lin"))
    recent.add(line("hello", key="4"))


def test_a_line_that_could_not_be_kept_may_be_said_again() -> None:
    recent = RecentLines()
    failed = line("hi", key="1")
    recent.add(failed)
    recent.forget(failed)
    recent.add(line("hi", key="2", at_ms=1))
