"""What a decision on a topic means for its shows that are open. A show runs on the version that was approved, and its
publish token is for that version only: when that approval falls, so does the show.

- An approval is revoked, or the topic's edited text is rejected: its open shows are stopped at once.
- The edited text is sent back for changes: their hosts are warned, with a deadline at which they are stopped.
- It is approved: what was left of such warnings is withdrawn.
"""

from __future__ import annotations

from collections.abc import Sequence

from livecart.domain.ids import ShowId
from livecart.domain.interventions import REVIEW_DEADLINE_MS, HostWarning, ShowStop
from livecart.domain.moderation_log import Ruling
from livecart.domain.rulings_live import host_warned, show_stopped, warning_withdrawn
from livecart.domain.topic import Decision, Topic, TopicStatus
from livecart.services.interventions import stop_show, tell_warning, withdraw_warning
from livecart.services.ports import Ids
from livecart.services.store import Transaction


async def follow(tx: Transaction, ids: Ids, topic: Topic, decision_id: str) -> Sequence[Ruling]:
    """Does to the topic's open shows what its newest decision asks for; what is to be written to the log, last."""
    decision = topic.decision
    assert decision is not None
    match decision.status:
        case TopicStatus.REJECTED:
            shows = await tx.interventions.open_shows(topic.id)
            return [await _stop(tx, ids, show, decision) for show in shows]
        case TopicStatus.CHANGES_REQUESTED:
            shows = await tx.interventions.open_shows(topic.id)
            return [await _warn(tx, ids, show, decision, decision_id) for show in shows]
        case TopicStatus.APPROVED:
            return [await _withdraw(tx, each, decision) for each in await tx.interventions.for_topic(topic.id)]
        case _:
            return []


async def _stop(tx: Transaction, ids: Ids, show_id: ShowId, decision: Decision) -> Ruling:
    show = await tx.shows.get(show_id)
    stop = ShowStop(show.id, decision.moderator, decision.code or "other", decision.reason or "", decision.at_ms)
    return show_stopped(stop, await stop_show(tx, ids, show, stop))


async def _warn(tx: Transaction, ids: Ids, show_id: ShowId, decision: Decision, decision_id: str) -> Ruling:
    show = await tx.shows.get(show_id)
    warning = HostWarning(
        id=ids.new(),
        show=show.id,
        by=decision.moderator,
        code=decision.code or "other",
        text=decision.reason or "",
        at_ms=decision.at_ms,
        deadline_ms=decision.at_ms + REVIEW_DEADLINE_MS,
        decision=decision_id,
    )
    await tell_warning(tx, warning, show)
    return host_warned(warning, show)


async def _withdraw(tx: Transaction, warning: HostWarning, decision: Decision) -> Ruling:
    show = await tx.shows.get(warning.show)
    taken = warning.withdrawn(decision.moderator, decision.at_ms)
    await withdraw_warning(tx, taken, show)
    return warning_withdrawn(taken, show)
