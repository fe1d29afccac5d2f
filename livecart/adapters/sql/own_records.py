"""What the shop keeps of one person beside topics, shows, orders and chat, for the file that he takes along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.paging import paged
from livecart.adapters.sql.tables_calls import calls
from livecart.adapters.sql.tables_filter import held_lines
from livecart.adapters.sql.tables_gifts import gift_streaks
from livecart.adapters.sql.tables_live import assistants
from livecart.adapters.sql.tables_packets import red_packet_claims, red_packet_entries, red_packets
from livecart.adapters.sql.tables_payments import payments
from livecart.adapters.sql.tables_reminders import reminders
from livecart.adapters.sql.tables_reports import report_cases, reports
from livecart.domain.ids import PersonId
from livecart.services.store import Page

_GIFT, _SENT, _GOT, _ENTERED = gift_streaks.c, red_packets.c, red_packet_claims.c, red_packet_entries.c
_CALL, _REPORT, _CASE, _PAID, _HELD = calls.c, reports.c, report_cases.c, payments.c, held_lines.c
_REMIND = reminders.c


def _money(amount: ColumnElement[Any], currency: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    return amount.label("amount_minor"), currency


# Each with what it is paged by, and whose it is. What ends in _ms is a time.
_QUERIES: Mapping[str, tuple[Select[Any], Any, Any]] = {
    "payment": (
        select(
            _PAID.id, _PAID.provider, _PAID.order_id.label("order"), *_money(_PAID.amount_minor, _PAID.currency)
        ).add_columns(_PAID.refunded_minor, _PAID.state, _PAID.created_at_ms.label("at_ms")),
        _PAID.id,
        _PAID.person_id,
    ),
    "gift": (
        select(_GIFT.id, _GIFT.show_id.label("show"), _GIFT.name, _GIFT.gifts.label("count")).add_columns(
            *_money(_GIFT.total_minor, _GIFT.currency), _GIFT.opened_at_ms.label("at_ms")
        ),
        _GIFT.id,
        _GIFT.sender_id,
    ),
    "red_packet": (
        select(_SENT.id, _SENT.show_id.label("show"), *_money(_SENT.total_minor, _SENT.currency)).add_columns(
            _SENT.shares, _SENT.refunded_minor, _SENT.created_at_ms.label("at_ms")
        ),
        _SENT.id,
        _SENT.sender_id,
    ),
    "red_packet_share": (
        select(_GOT.packet_id.label("id"), _SENT.show_id.label("show"), *_money(_GOT.amount_minor, _SENT.currency))
        .add_columns(_GOT.at_ms)
        .join(red_packets, _SENT.id == _GOT.packet_id),
        _GOT.packet_id,
        _GOT.person_id,
    ),
    "red_packet_entry": (
        select(_ENTERED.packet_id.label("id"), _ENTERED.nonce, _ENTERED.at_ms),
        _ENTERED.packet_id,
        _ENTERED.person_id,
    ),
    "call": (
        select(_CALL.id, _CALL.show_id.label("show"), _CALL.note, _CALL.state, _CALL.requested_at_ms.label("at_ms")),
        _CALL.id,
        _CALL.person_id,
    ),
    "report": (
        select(_REPORT.id, _CASE.show_id.label("show"), _CASE.kind.label("about"), _CASE.target_id.label("target"))
        .add_columns(_REPORT.category, _REPORT.text, _REPORT.at_ms)
        .join(report_cases, _CASE.id == _REPORT.case_id),
        _REPORT.id,
        _REPORT.reporter_id,
    ),
    "held_message": (
        select(_HELD.id, _HELD.show_id.label("show"), _HELD.text, _HELD.state, _HELD.at_ms),
        _HELD.id,
        _HELD.author_id,
    ),
    "assistant": (
        select(assistants.c.creator_id.label("id"), assistants.c.scope, assistants.c.duties, assistants.c.at_ms),
        assistants.c.creator_id,
        assistants.c.person_id,
    ),
    "reminder": (
        select(_REMIND.id, _REMIND.show_id.label("show"), _REMIND.endpoint, _REMIND.made_at_ms.label("at_ms")),
        _REMIND.id,
        _REMIND.person_id,
    ),
}


async def own_records(
    connection: AsyncConnection, kind: str, person: PersonId, page: Page
) -> Sequence[Mapping[str, Any]]:
    """One page of one of OWN_KINDS; each has an `id`, by which the next page begins."""
    query, key, whose = _QUERIES[kind]
    rows = await connection.execute(paged(query.where(whose == person), key, page))
    return [dict(row) for row in rows.mappings()]
