from __future__ import annotations

import pytest

from livecart.domain.errors import ForbiddenError, InvalidError
from livecart.domain.ids import PersonId
from livecart.domain.people import PERMISSIONS, Permission, Person, Role, check_handle, check_password


def person(role: Role) -> Person:
    return Person(PersonId("p"), "handle", "Name", role)


def test_every_role_has_a_row_and_the_admin_may_do_everything() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert PERMISSIONS[Role.ADMIN] == frozenset(Permission)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CREATOR])
def test_nobody_but_staff_reviews_topics(role: Role) -> None:
    with pytest.raises(ForbiddenError):
        person(role).require(Permission.REVIEW_TOPIC)


@pytest.mark.parametrize("handle", ["", "a", "-ab", "ab-", "has space", "ümlaut", "x" * 33, "a\nb", "../etc"])
def test_a_handle_that_breaks_the_rule_is_refused(handle: str) -> None:
    with pytest.raises(InvalidError):
        check_handle(handle)


def test_handles_are_kept_in_lower_case() -> None:
    assert check_handle("  Mei_Li ") == "mei_li"


@pytest.mark.parametrize("password", ["", "short12", "x" * 257])
def test_a_password_has_eight_to_256_characters(password: str) -> None:
    with pytest.raises(InvalidError):
        check_password(password)
