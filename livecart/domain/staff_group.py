"""Groups of staff who look at one kind of topics and reports first: what a group is called, and who is in charge."""

from __future__ import annotations

import re
from collections.abc import Collection

from livecart.domain.errors import ForbiddenError, InvalidError

GROUPS_MAX = 20
_GROUP = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,30}[a-z0-9])?")


def check_group(group: str, field: str = "group") -> str:
    """Raises InvalidError."""
    if not _GROUP.fullmatch(group):
        raise InvalidError("this is no group", fields={field: "1 to 32 of a-z, 0-9, '_', '-'"})
    return group


def check_groups(groups: Collection[str]) -> tuple[str, ...]:
    """Each once, in one order. Raises InvalidError."""
    if len(groups) > GROUPS_MAX:
        raise InvalidError("too many groups", fields={"groups": f"at most {GROUPS_MAX}"})
    return tuple(sorted({check_group(group, "groups") for group in groups}))


def in_charge(groups: Collection[str], group: str) -> bool:
    """Whoever is in no group looks at everything: a small shop needs none."""
    return not groups or group in groups


def require_in_charge(groups: Collection[str], group: str, *, others: bool) -> None:
    """`others`: whether staff may also take what is another group's. Raises ForbiddenError `other_group`."""
    if not others and not in_charge(groups, group):
        raise ForbiddenError(f"this is for the group '{group}'", code="other_group")
