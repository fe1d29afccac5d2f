"""The table of duties: who may do what in a show, and who may silence whom."""

from __future__ import annotations

import pytest

from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError
from livecart.domain.ids import PersonId
from livecart.domain.people import Person, Role
from livecart.domain.sanctions import Sanction, SanctionKind, muted, require_may_sanction, until_of
from livecart.domain.staffing import (
    ASSISTANTS_MAX,
    DUTIES,
    GIVEN,
    NO_STANDING,
    Duty,
    Office,
    Standing,
    check_assistant,
    check_duties,
    standing_of,
)

HOST = PersonId("mei")


def person(name: str, role: Role = Role.VIEWER) -> Person:
    return Person(PersonId(name), name, name.title(), role)


MEI, ANA, MO, ROOT = (
    person("mei", Role.CREATOR),
    person("ana"),
    person("mo", Role.MODERATOR),
    person("root", Role.ADMIN),
)


def test_a_host_moderates_his_chat_and_not_his_show() -> None:
    host = standing_of(MEI, HOST, ())
    assert host.may(Duty.MUTE)
    assert host.may(Duty.APPOINT)
    for duty in (Duty.WARN, Duty.STOP, Duty.CLOSE_PRODUCT, Duty.UNSEEN):
        assert not host.may(duty)


def test_an_assistant_has_what_he_was_given_and_never_what_cannot_be_given() -> None:
    helper = standing_of(ANA, HOST, {Duty.MUTE, Duty.STOP})
    assert helper.all == {Duty.MUTE}
    assert helper.office_for(Duty.MUTE) is Office.ASSISTANT
    with pytest.raises(ForbiddenError, match="delete"):
        helper.office_for(Duty.DELETE)


def test_who_has_several_offices_acts_in_the_highest() -> None:
    both = standing_of(MO, PersonId("mo"), {Duty.MUTE})
    assert both.office_for(Duty.MUTE) is Office.HOST
    assert both.office_for(Duty.STOP) is Office.MODERATOR
    assert standing_of(MO, HOST, {Duty.PRODUCTS}).office_for(Duty.PRODUCTS) is Office.ASSISTANT


def test_a_viewer_may_nothing_and_moderators_show_no_goods() -> None:
    assert standing_of(ANA, HOST, ()).all == NO_STANDING.all == frozenset()
    assert Duty.PRODUCTS not in DUTIES[Office.MODERATOR]
    assert DUTIES[Office.HOST] > GIVEN


@pytest.mark.parametrize("names", [[], ["stop"], ["mute", "dance"], ["appoint"]])
def test_only_known_duties_are_given(names: list[str]) -> None:
    with pytest.raises(InvalidError):
        check_duties(names)


def test_nobody_assists_himself_and_there_are_not_too_many() -> None:
    with pytest.raises(ConflictError) as own:
        check_assistant(HOST, HOST, 0)
    with pytest.raises(ConflictError) as many:
        check_assistant(HOST, ANA.id, ASSISTANTS_MAX)
    assert (own.value.code, many.value.code) == ("own_account", "too_many_assistants")


HELPER = standing_of(ANA, HOST, {Duty.MUTE})


@pytest.mark.parametrize(
    ("by", "office", "target", "standing", "code"),
    [
        (MEI, Office.HOST, MEI, standing_of(MEI, HOST, ()), "own_account"),
        (MEI, Office.HOST, MO, standing_of(MO, HOST, ()), "staff"),
        (MO, Office.MODERATOR, ROOT, standing_of(ROOT, HOST, ()), "staff"),
        (ANA, Office.ASSISTANT, MEI, standing_of(MEI, HOST, ()), "staff"),
        (person("lin"), Office.ASSISTANT, ANA, HELPER, "staff"),
        (MEI, Office.HOST, ANA, HELPER, None),
        (MO, Office.MODERATOR, MEI, standing_of(MEI, HOST, ()), None),
        (ROOT, Office.MODERATOR, MO, standing_of(MO, HOST, ()), None),
        (ANA, Office.ASSISTANT, person("lin"), NO_STANDING, None),
    ],
)
def test_who_may_silence_whom(by: Person, office: Office, target: Person, standing: Standing, code: str | None) -> None:
    if code is None:
        require_may_sanction(by, office, target, standing)
        return
    with pytest.raises((ForbiddenError, ConflictError)) as refused:
        require_may_sanction(by, office, target, standing)
    assert refused.value.code == code


def mute(until_ms: int | None) -> Sanction:
    return Sanction("s", SanctionKind.MUTE, ANA.id, None, MO.id, "insults", 0, until_ms)


def test_a_mute_says_until_when_and_how_long_that_is() -> None:
    refusal = muted(mute(1_764_000_000_000), 1_763_999_990_000)
    assert (refusal.code, refusal.retry_after_ms) == ("muted", 10_000)
    assert refusal.fields == {"until": "2025-11-24T16:00:00Z", "where": "everywhere", "reason": "insults"}
    assert muted(mute(None), 0).retry_after_ms is None
    assert muted(mute(None), 0).fields["until"] == "for good"


def test_the_longest_counts() -> None:
    assert mute(None).outlasts(mute(10))
    assert mute(20).outlasts(mute(10))
    assert not mute(10).outlasts(mute(20))
    assert not mute(10).outlasts(mute(None))
    assert mute(10).outlasts(None)
    assert not mute(10).holds(10)


@pytest.mark.parametrize("minutes", [0, -1, 525_601])
def test_a_time_that_is_none_is_refused(minutes: int) -> None:
    with pytest.raises(InvalidError) as refused:
        until_of(minutes, 0)
    assert "minutes" in refused.value.fields
