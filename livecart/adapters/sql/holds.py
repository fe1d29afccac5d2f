"""What legal holds keep, as conditions for statements that remove."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, literal, or_, select

from livecart.adapters.sql.tables import chat_messages, order_lines, orders, products, shows, variants
from livecart.adapters.sql.tables_calls import calls
from livecart.adapters.sql.tables_filter import held_lines
from livecart.adapters.sql.tables_gifts import gift_streaks
from livecart.adapters.sql.tables_moderation import moderation_log
from livecart.adapters.sql.tables_packets import red_packet_claims, red_packet_entries, red_packets
from livecart.adapters.sql.tables_reports import report_cases, reports
from livecart.adapters.sql.tables_retention import HOLDING, legal_holds
from livecart.domain.legal_hold import HoldKind


def on(kind: HoldKind) -> Select[Any]:
    """The ids of what is on hold."""
    return select(legal_holds.c.subject_id).where(legal_holds.c.kind == kind.value, HOLDING)


def on_person(column: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.in_(on(HoldKind.PERSON))
    return found


def on_show(column: Any) -> ColumnElement[bool]:
    """The show, or whoever hosts it."""
    hosted = select(shows.c.id).where(shows.c.creator_id.in_(on(HoldKind.PERSON)))
    return or_(column.in_(on(HoldKind.SHOW)), column.in_(hosted))


def keeps_line(author: Any, show: Any) -> ColumnElement[bool]:
    """Of chat: what a person wrote, and what was written in a show."""
    return or_(author.in_(on(HoldKind.PERSON)), show.in_(on(HoldKind.SHOW)))


def keeps_order() -> ColumnElement[bool]:
    """Of orders: the order itself, its show, its buyer, its host, and whoever sold something in it."""
    sold_by_held = (
        select(order_lines.c.order_id)
        .join(variants, variants.c.id == order_lines.c.variant_id)
        .join(products, products.c.id == variants.c.product_id)
        .where(products.c.seller_id.in_(on(HoldKind.PERSON)))
    )
    hosted_by_held = select(shows.c.id).where(shows.c.creator_id.in_(on(HoldKind.PERSON)))
    return or_(
        orders.c.id.in_(on(HoldKind.ORDER)),
        orders.c.buyer_id.in_(on(HoldKind.PERSON)),
        orders.c.id.in_(sold_by_held),
        # NULL in a list is neither in it nor not in it.
        orders.c.show_id.is_not(None)
        & or_(orders.c.show_id.in_(on(HoldKind.SHOW)), orders.c.show_id.in_(hosted_by_held)),
    )


def keeps_person(person: str) -> ColumnElement[bool]:
    """Whether his name is needed: he is on hold, or his show, his order, or a show that he had a part in."""
    hosted = select(shows.c.id).where(shows.c.creator_id == person, shows.c.id.in_(on(HoldKind.SHOW)))
    held_show = on(HoldKind.SHOW)
    said = select(chat_messages.c.id).where(chat_messages.c.author_id == person, chat_messages.c.show_id.in_(held_show))
    waiting = select(held_lines.c.id).where(held_lines.c.author_id == person, held_lines.c.show_id.in_(held_show))
    bought = select(orders.c.id).where(
        orders.c.buyer_id == person, or_(orders.c.id.in_(on(HoldKind.ORDER)), orders.c.show_id.in_(held_show))
    )
    sold = (
        select(order_lines.c.order_id)
        .join(variants, variants.c.id == order_lines.c.variant_id)
        .join(products, products.c.id == variants.c.product_id)
        .where(products.c.seller_id == person, order_lines.c.order_id.in_(on(HoldKind.ORDER)))
    )
    himself = on(HoldKind.PERSON).where(legal_holds.c.subject_id == person)
    gave = select(gift_streaks.c.id).where(gift_streaks.c.sender_id == person, gift_streaks.c.show_id.in_(held_show))
    called = select(calls.c.id).where(calls.c.person_id == person, calls.c.show_id.in_(held_show))
    told = (
        select(reports.c.id)
        .join(report_cases, report_cases.c.id == reports.c.case_id)
        .where(reports.c.reporter_id == person, report_cases.c.show_id.in_(held_show))
    )
    packets = select(red_packets.c.id).where(red_packets.c.show_id.in_(held_show))
    sent = packets.where(red_packets.c.sender_id == person)
    entry, claim = red_packet_entries.c, red_packet_claims.c
    entered = select(entry.nonce).where(entry.person_id == person, entry.packet_id.in_(packets))
    got = select(claim.share).where(claim.person_id == person, claim.packet_id.in_(packets))
    parts = himself, hosted, said, waiting, bought, sold, gave, called, told, sent, entered, got
    return or_(*(each.exists() for each in parts))


def keeps_ruling() -> ColumnElement[bool]:
    """Of the moderation log: what is about a held person or by him, about what is held, or a held show's topic."""
    table = moderation_log.c
    names = select(legal_holds.c.kind + ":" + legal_holds.c.subject_id).where(HOLDING)
    topics = select(literal("topic:") + shows.c.topic_id).where(shows.c.id.in_(on(HoldKind.SHOW)))
    return or_(
        table.person_id.is_not(None) & table.person_id.in_(on(HoldKind.PERSON)),
        table.by_id.is_not(None) & table.by_id.in_(on(HoldKind.PERSON)),
        table.subject.in_(names),
        table.subject.in_(topics),
    )
