"""What the moderation log says of what is done in a show that is on: mutes, bans, warnings, stops, closed goods."""

from __future__ import annotations

from livecart.domain.duel import Duel
from livecart.domain.ids import PersonId
from livecart.domain.interventions import ClosedProduct, HostWarning, ShowStop
from livecart.domain.moderation_log import Ruling, RulingKind, Words
from livecart.domain.people import Person
from livecart.domain.sanctions import Sanction, SanctionKind
from livecart.domain.show import Show
from livecart.domain.staffing import Office

_GIVEN = {SanctionKind.MUTE: RulingKind.PERSON_MUTED, SanctionKind.BAN: RulingKind.BANNED_FROM_SHOW}
_LIFTED = {SanctionKind.MUTE: RulingKind.PERSON_UNMUTED, SanctionKind.BAN: RulingKind.UNBANNED_FROM_SHOW}


def sanctioned(sanction: Sanction, office: Office) -> Ruling:
    """`office`: in which its giver acted."""
    return Ruling(
        kind=_GIVEN[sanction.kind],
        at_ms=sanction.at_ms,
        by=sanction.by,
        subject=_where(sanction),
        person=sanction.person,
        rule=f"office:{office.value}",
        evidence=f"sanction:{sanction.id}",
        words=Words(sanction.reason),
    )


def sanction_lifted(sanction: Sanction, by: PersonId, office: Office, at_ms: int) -> Ruling:
    return Ruling(
        kind=_LIFTED[sanction.kind],
        at_ms=at_ms,
        by=by,
        subject=_where(sanction),
        person=sanction.person,
        rule=f"office:{office.value}",
        evidence=f"unsanction:{sanction.id}",
        words=Words(sanction.reason),
    )


def host_warned(warning: HostWarning, show: Show) -> Ruling:
    return Ruling(
        kind=RulingKind.HOST_WARNED,
        at_ms=warning.at_ms,
        by=warning.by,
        subject=f"show:{show.id}",
        person=show.creator,
        code=warning.code,
        evidence=f"warning:{warning.id}",
        words=Words(warning.text, show.title),
    )


def warning_withdrawn(warning: HostWarning, show: Show) -> Ruling:
    """Raises ValueError for one that holds."""
    if warning.withdrawn_at_ms is None:
        raise ValueError(f"nobody has withdrawn warning {warning.id}")
    return Ruling(
        kind=RulingKind.WARNING_WITHDRAWN,
        at_ms=warning.withdrawn_at_ms,
        by=warning.withdrawn_by,
        subject=f"show:{show.id}",
        person=show.creator,
        code=warning.code,
        evidence=f"unwarning:{warning.id}",
        words=Words(warning.text, show.title),
    )


def show_stopped(stop: ShowStop, show: Show) -> Ruling:
    return Ruling(
        kind=RulingKind.SHOW_STOPPED,
        at_ms=stop.at_ms,
        by=stop.by,
        subject=f"show:{show.id}",
        person=show.creator,
        code=stop.code,
        evidence=f"stop:{show.id}",
        words=Words(stop.reason, show.title),
    )


def product_closed(closed: ClosedProduct, show: Show, title: str) -> Ruling:
    return Ruling(
        kind=RulingKind.PRODUCT_CLOSED,
        at_ms=closed.at_ms,
        by=closed.by,
        subject=f"show:{show.id}",
        person=show.creator,
        code=closed.code,
        evidence=f"closed:{show.id}:{closed.product}",
        words=Words(closed.reason, title),
    )


def _where(sanction: Sanction) -> str:
    return f"person:{sanction.person}" if sanction.show is None else f"show:{sanction.show}"


def duel_ended(by: Person, show: Show, duel: Duel, at_ms: int) -> Ruling | None:
    """None for the hosts themselves; `show`: the one in which its staff ended it."""
    if any(side.host == by.id for side in duel.sides):
        return None
    return Ruling(
        kind=RulingKind.DUEL_ENDED,
        at_ms=at_ms,
        by=by.id,
        subject=f"show:{show.id}",
        person=show.creator,
        code=duel.reason,
        evidence=f"duel:{duel.id}:{duel.version}",
    )
