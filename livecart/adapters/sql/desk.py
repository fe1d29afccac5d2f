"""What the desk asks of SQL: how a show's chat goes, what was decided about whom, and how old the queue is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import chat_messages, topic_decisions, topics
from livecart.adapters.sql.tables_moderation import moderation_log, topic_referrals
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.topic import TopicStatus
from livecart.services.store_desk import Decided, QueueAge, SecondLook, Verdict

# A month of a busy desk; beyond that figures are of the newest.
ROWS_MAX = 20_000


class SqlDesk:
    """The DeskReading port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def said_since(self, shows: Sequence[ShowId], since_ms: int) -> Mapping[ShowId, int]:
        said = chat_messages.c
        query = (
            select(said.show_id, func.count())
            .where(said.show_id.in_(shows), said.at_ms >= since_ms)
            .group_by(said.show_id)
        )
        async with self._database.read() as connection:
            return {ShowId(show): lines for show, lines in await connection.execute(query)}

    async def verdicts_on(
        self, people: Sequence[PersonId], kinds: Sequence[str], each: int
    ) -> Mapping[PersonId, Sequence[Verdict]]:
        log = moderation_log.c
        place = func.row_number().over(partition_by=log.person_id, order_by=log.number.desc()).label("place")
        newest = (
            select(log.number, log.at_ms, log.kind, log.code, log.person_id, place)
            .where(log.person_id.in_(people), log.kind.in_(kinds))
            .subquery()
        )
        query = select(newest).where(newest.c.place <= each).order_by(newest.c.number.desc())
        found: dict[PersonId, list[Verdict]] = {}
        async with self._database.read() as connection:
            for row in await connection.execute(query):
                verdict = Verdict(row.number, row.at_ms, row.kind, row.code)
                found.setdefault(PersonId(row.person_id), []).append(verdict)
        return found

    async def queue_age(self) -> QueueAge:
        waits = topics.c.status == TopicStatus.IN_REVIEW.value
        submitted = topics.c.submitted_at_ms
        async with self._database.read() as connection:
            counted = await connection.execute(select(func.count(submitted), func.min(submitted)).where(waits))
            waiting, oldest_ms = counted.one()
            middle = select(submitted).where(waits, submitted.is_not(None)).order_by(submitted)
            median_ms = (await connection.execute(middle.offset(waiting // 2).limit(1))).scalar_one_or_none()
        return QueueAge(waiting, oldest_ms, median_ms)

    async def decided_since(self, since_ms: int) -> Sequence[Decided]:
        made = topic_decisions.c
        taken_back = made.status == TopicStatus.IN_REVIEW.value
        query = (
            select(made.topic_id, made.at_ms, made.status, taken_back.label("taken_back"), topics.c.submitted_at_ms)
            .join(topics, topics.c.id == made.topic_id)
            .where(made.at_ms >= since_ms)
            .order_by(made.at_ms.desc(), made.id.desc())
            .limit(ROWS_MAX)
        )
        async with self._database.read() as connection:
            rows = list(await connection.execute(query))
        # A decision whose successor takes it back was none.
        undone, kept = set[str](), list[Decided]()
        for row in rows:
            if row.taken_back:
                undone.add(row.topic_id)
            elif row.topic_id in undone:
                undone.discard(row.topic_id)
            else:
                waited_ms = None if row.submitted_at_ms is None else row.at_ms - row.submitted_at_ms
                # What was submitted anew since then tells nothing of that time.
                kept.append(Decided(row.at_ms, row.status, waited_ms if waited_ms and waited_ms > 0 else None))
        return kept[::-1]

    async def second_looks_since(self, since_ms: int) -> Sequence[SecondLook]:
        asked, made = topic_referrals.c, topic_decisions.c
        newest = (
            select(made.status)
            .where(made.topic_id == asked.topic_id, made.at_ms > asked.at_ms)
            .order_by(made.at_ms.desc(), made.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = select(asked.kind, newest.label("decided")).where(asked.at_ms >= since_ms).limit(ROWS_MAX)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            waits = TopicStatus.IN_REVIEW.value
            return [SecondLook(row.kind, None if row.decided == waits else row.decided) for row in rows]
