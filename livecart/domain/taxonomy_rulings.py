"""What the moderation log says of changes of the taxonomy and of the staff's groups."""

from __future__ import annotations

from livecart.domain.ids import PersonId
from livecart.domain.moderation_log import Ruling, RulingKind, Words
from livecart.domain.taxonomy import Category


def category_changed(by: PersonId, category: Category, at_ms: int) -> Ruling:
    named = f"category:{category.key}@{category.version}"
    return Ruling(
        kind=RulingKind.CATEGORY,
        at_ms=at_ms,
        by=by,
        subject=f"category:{category.key}",
        rule=named,
        code="retired" if category.retired else None,
        evidence=named,
        words=Words(None, f"{category.policy}\n{category.group}: {', '.join(category.restricted)}"),
    )


def groups_given(by: PersonId, person: PersonId, groups: tuple[str, ...], at_ms: int) -> Ruling:
    return Ruling(
        kind=RulingKind.PERSON_GROUPS,
        at_ms=at_ms,
        by=by,
        subject=f"person:{person}",
        person=person,
        code=",".join(groups),
    )
