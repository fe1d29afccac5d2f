"""Rule sets, invitations, standings and applications in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql import eligibility_counts
from livecart.adapters.sql.bulk import insert_new_rows
from livecart.adapters.sql.paging import paged
from livecart.adapters.sql.tables import people
from livecart.adapters.sql.tables_eligibility import (
    creator_applications,
    eligibility_rule_sets,
    eligibility_standings,
    invitations,
)
from livecart.domain.eligibility import DEFAULT, Measure, RuleSet, as_text
from livecart.domain.ids import PersonId
from livecart.domain.people import Person, Role
from livecart.services.store import Page
from livecart.services.store_eligibility import Application, ApplicationState, Invitation, KeptRules


class SqlEligibility:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def rules(self) -> KeptRules:
        table = eligibility_rule_sets.c
        query = select(eligibility_rule_sets).order_by(table.version.desc()).limit(1)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return KeptRules(DEFAULT)
        return KeptRules(msgspec.json.decode(row.body, type=RuleSet), PersonId(row.by_id), row.at_ms)

    async def add_rules(self, kept: KeptRules) -> bool:
        row = {
            "version": kept.rule_set.version,
            "body": as_text(kept.rule_set),
            "by_id": kept.by,
            "at_ms": kept.at_ms,
        }
        return bool(await insert_new_rows(self._connection, eligibility_rule_sets, [row]))

    async def counts(
        self, person: PersonId, since_ms: Mapping[Measure, int | None], now_ms: int
    ) -> Mapping[Measure, int | None]:
        return {
            measure: await eligibility_counts.count(self._connection, measure, person, since or 0, now_ms)
            for measure, since in since_ms.items()
        }

    async def stands(self, person: PersonId) -> bool:
        query = select(eligibility_standings.c.person_id).where(eligibility_standings.c.person_id == person)
        return (await self._connection.execute(query)).one_or_none() is not None

    async def put_standing(self, person: PersonId, version: int, now_ms: int) -> None:
        row = {"person_id": person, "version": version, "since_ms": now_ms}
        await insert_new_rows(self._connection, eligibility_standings, [row])

    async def drop_standing(self, person: PersonId) -> None:
        table = eligibility_standings
        await self._connection.execute(delete(table).where(table.c.person_id == person))

    async def cohort_of(self, person: PersonId, cohorts: Sequence[str]) -> str | None:
        table = invitations.c
        query = select(func.min(table.cohort)).where(table.person_id == person, table.cohort.in_(cohorts))
        found: str | None = (await self._connection.execute(query)).scalar_one()
        return found

    async def invite(self, invitation: Invitation) -> bool:
        row = {
            "cohort": invitation.cohort,
            "person_id": invitation.person,
            "by_id": invitation.by,
            "at_ms": invitation.at_ms,
        }
        return bool(await insert_new_rows(self._connection, invitations, [row]))

    async def uninvite(self, cohort: str, person: PersonId) -> bool:
        table = invitations.c
        gone = delete(invitations).where(table.cohort == cohort, table.person_id == person)
        return bool((await self._connection.execute(gone)).rowcount)

    async def cohorts(self) -> Mapping[str, int]:
        table = invitations.c
        query = select(table.cohort, func.count().label("people")).group_by(table.cohort).order_by(table.cohort)
        return {row.cohort: row.people for row in await self._connection.execute(query)}

    async def members(self, cohort: str, page: Page) -> Sequence[tuple[Invitation, Person]]:
        table = invitations.c
        query = (
            select(invitations, people.c.handle, people.c.display_name, people.c.role)
            .join(people, people.c.id == table.person_id)
            .where(table.cohort == cohort)
        )
        rows = await self._connection.execute(paged(query, table.person_id, page))
        return [(_invitation(row), _person(row)) for row in rows]

    async def application(self, person: PersonId) -> Application | None:
        table = creator_applications
        row = (await self._connection.execute(select(table).where(table.c.person_id == person))).one_or_none()
        return None if row is None else _application(row)

    async def put_application(self, application: Application) -> None:
        row = {
            "at_ms": application.at_ms,
            "state": application.state.value,
            "decided_by": application.decided_by,
            "decided_at_ms": application.decided_at_ms,
        }
        table = creator_applications
        if not await insert_new_rows(self._connection, table, [{"person_id": application.person, **row}]):
            changed = update(table).where(table.c.person_id == application.person)
            await self._connection.execute(changed.values(**row))

    async def waiting(self, page: Page) -> Sequence[tuple[Application, Person]]:
        table = creator_applications.c
        query = (
            select(creator_applications, people.c.handle, people.c.display_name, people.c.role)
            .join(people, people.c.id == table.person_id)
            .where(table.state == ApplicationState.WAITING.value)
        )
        rows = await self._connection.execute(paged(query, table.person_id, page))
        return [(_application(row), _person(row)) for row in rows]

    async def give_role(self, person: PersonId, role: Role) -> None:
        await self._connection.execute(update(people).where(people.c.id == person).values(role=role.value))


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        row.cohort, PersonId(row.person_id), None if row.by_id is None else PersonId(row.by_id), row.at_ms
    )


def _application(row: Row[Any]) -> Application:
    by = None if row.decided_by is None else PersonId(row.decided_by)
    return Application(PersonId(row.person_id), row.at_ms, ApplicationState(row.state), by, row.decided_at_ms)


def _person(row: Row[Any]) -> Person:
    return Person(PersonId(row.person_id), row.handle, row.display_name, Role(row.role))
