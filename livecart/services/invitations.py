"""Cohorts of people who are let in by name, and viewers who apply to become creators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from livecart.domain.eligibility import check_cohort
from livecart.domain.errors import ConflictError, InvalidError, NotFoundError
from livecart.domain.ids import PersonId
from livecart.domain.people import Permission, Person, Role, check_handle
from livecart.domain.rulings_admin import application_refused, invited, made_creator, uninvited
from livecart.domain.text import check_text
from livecart.services.eligibility import DAY_MS, REASON_MAX, judged, settle, verdict_view
from livecart.services.ports import Clock
from livecart.services.store import Page, Store, Transaction
from livecart.services.store_eligibility import Application, ApplicationState, Invitation
from livecart.services.views import person_view, rfc3339, user_view

# In one request; each is a row of the moderation log.
INVITED_AT_ONCE = 200
# How long somebody who was refused waits before he may apply again.
REFUSED_FOR_MS = 30 * DAY_MS


class Invitations:
    """`by` is None for the operator's command line, which may do all."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def cohorts(self, by: Person) -> list[dict[str, Any]]:
        """Those that have people, and those that the rules let in. Raises ForbiddenError."""
        by.require(Permission.MANAGE_PEOPLE)
        async with self._store.read() as tx:
            counts = await tx.eligibility.cohorts()
            let_in = (await tx.eligibility.rules()).rule_set.cohorts
        names = sorted({*counts, *let_in})
        return [{"name": name, "people": counts.get(name, 0), "let_in": name in let_in} for name in names]

    async def members(self, by: Person, cohort: str, page: Page) -> tuple[list[dict[str, Any]], str | None]:
        """Raises ForbiddenError, InvalidError."""
        by.require(Permission.MANAGE_PEOPLE)
        async with self._store.read() as tx:
            found = await tx.eligibility.members(check_cohort(cohort), replace(page, limit=page.limit + 1))
        shown = found[: page.limit]
        views = [{"user": user_view(person), "at": rfc3339(each.at_ms)} for each, person in shown]
        return views, shown[-1][1].id if len(found) > len(shown) else None

    async def invite(self, by: Person | None, cohort: str, handles: Sequence[str], reason: str) -> dict[str, Any]:
        """All of them or nobody; who is in it already is left as he is.

        Raises ForbiddenError, InvalidError, also for handles that nobody has.
        """
        if by is not None:
            by.require(Permission.MANAGE_PEOPLE)
        check_cohort(cohort)
        reason = check_text("reason", reason, 1, REASON_MAX)
        if not 1 <= len(handles) <= INVITED_AT_ONCE:
            raise InvalidError("nobody, or too many", fields={"people": f"1 to {INVITED_AT_ONCE} handles"})
        wanted = list(dict.fromkeys(check_handle(handle) for handle in handles))
        async with self._store.write() as tx:
            people = await tx.people.by_handles(wanted)
            unknown = sorted({*wanted} - {person.handle for person in people})
            if unknown:
                raise InvalidError("nobody has these handles", fields={"people": ", ".join(unknown)})
            added = [person for person in people if await self._add(tx, by, cohort, person)]
            for person in added:
                await tx.log.append(invited(_id(by), person.id, cohort, reason=reason, at_ms=self._clock.now_ms()))
            let_in = cohort in (await tx.eligibility.rules()).rule_set.cohorts
        return {"name": cohort, "added": [person_view(person) for person in added], "let_in": let_in}

    async def uninvite(self, by: Person | None, cohort: str, person: PersonId, reason: str) -> None:
        """Raises ForbiddenError, InvalidError, NotFoundError for who is not in it."""
        if by is not None:
            by.require(Permission.MANAGE_PEOPLE)
        check_cohort(cohort)
        reason = check_text("reason", reason, 1, REASON_MAX)
        async with self._store.write() as tx:
            if not await tx.eligibility.uninvite(cohort, person):
                raise NotFoundError("nobody of that id is in this cohort")
            await tx.log.append(uninvited(_id(by), person, cohort, reason=reason, at_ms=self._clock.now_ms()))

    async def _add(self, tx: Transaction, by: Person | None, cohort: str, person: Person) -> bool:
        return await tx.eligibility.invite(Invitation(cohort, person.id, _id(by), self._clock.now_ms()))


class Applications:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def apply(self, person: Person) -> dict[str, Any]:
        """Makes an eligible viewer a creator, or lets him wait for an admin where the rules say so; his standing.

        Raises NotEligibleError, ConflictError `not_a_viewer`, `application_waiting`, `application_refused`.
        """
        now_ms = self._clock.now_ms()
        await settle(self._store, person.id, now_ms)
        async with self._store.write() as tx:
            # Asked anew: a session may know an older role.
            person = await tx.people.get(person.id)
            if person.role is not Role.VIEWER:
                raise ConflictError(f"this account is a {person.role}'s already", code="not_a_viewer")
            _require_may_apply(await tx.eligibility.application(person.id), now_ms)
            rule_set, verdict = await judged(tx, person.id, now_ms)
            verdict.require()
            application = Application(person.id, now_ms, ApplicationState.WAITING)
            if not rule_set.reviewed:
                application = replace(application, state=ApplicationState.GRANTED, decided_at_ms=now_ms)
            await tx.eligibility.put_application(application)
            if not rule_set.reviewed:
                person = await _make_creator(tx, None, person, rule_set.version, now_ms)
        return verdict_view(person, rule_set, verdict, application)

    async def waiting(self, by: Person, page: Page) -> tuple[list[dict[str, Any]], str | None]:
        """With what the rules say of each now. Raises ForbiddenError."""
        by.require(Permission.MANAGE_PEOPLE)
        now_ms = self._clock.now_ms()
        views = []
        async with self._store.read() as tx:
            found = await tx.eligibility.waiting(replace(page, limit=page.limit + 1))
            shown = found[: page.limit]
            for each, person in shown:
                rule_set, verdict = await judged(tx, person.id, now_ms)
                views.append({"user": user_view(person), "at": rfc3339(each.at_ms)})
                views[-1]["eligibility"] = verdict_view(person, rule_set, verdict, each)
        return views, shown[-1][1].id if len(found) > len(shown) else None

    async def grant(self, by: Person, person_id: PersonId) -> dict[str, Any]:
        """Raises ForbiddenError, NotFoundError, ConflictError `not_waiting`, `not_a_viewer`."""
        by.require(Permission.MANAGE_PEOPLE)
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            person = await tx.people.get(person_id)
            await _decide(tx, by, person, ApplicationState.GRANTED, now_ms)
            if person.role is not Role.VIEWER:
                raise ConflictError(f"this account is a {person.role}'s already", code="not_a_viewer")
            version = (await tx.eligibility.rules()).rule_set.version
            return user_view(await _make_creator(tx, by.id, person, version, now_ms))

    async def refuse(self, by: Person, person_id: PersonId, reason: str) -> dict[str, Any]:
        """He reads the reason among his cases. Raises ForbiddenError, NotFoundError, ConflictError `not_waiting`."""
        by.require(Permission.MANAGE_PEOPLE)
        reason = check_text("reason", reason, 1, REASON_MAX)
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            person = await tx.people.get(person_id)
            await _decide(tx, by, person, ApplicationState.REFUSED, now_ms)
            await tx.log.append(application_refused(by.id, person.id, reason, now_ms))
        return user_view(person)


async def _decide(tx: Transaction, by: Person, person: Person, state: ApplicationState, now_ms: int) -> None:
    application = await tx.eligibility.application(person.id)
    if application is None or application.state is not ApplicationState.WAITING:
        raise ConflictError("no application of this person waits", code="not_waiting")
    decided = replace(application, state=state, decided_by=by.id, decided_at_ms=now_ms)
    await tx.eligibility.put_application(decided)


async def _make_creator(tx: Transaction, by: PersonId | None, person: Person, rules: int, now_ms: int) -> Person:
    creator = replace(person, role=Role.CREATOR)
    await tx.eligibility.give_role(person.id, creator.role)
    await tx.log.append(made_creator(by, creator, rules, now_ms))
    return creator


def _require_may_apply(before: Application | None, now_ms: int) -> None:
    if before is None:
        return
    if before.state is ApplicationState.WAITING:
        raise ConflictError("your application waits for an answer already", code="application_waiting")
    if before.state is ApplicationState.REFUSED and now_ms < (before.decided_at_ms or 0) + REFUSED_FOR_MS:
        until = rfc3339((before.decided_at_ms or 0) + REFUSED_FOR_MS)
        raise ConflictError(f"your application was refused; apply again from {until} on", code="application_refused")


def _id(by: Person | None) -> PersonId | None:
    return None if by is None else by.id
