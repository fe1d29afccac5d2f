"""Domain objects as the plain values that both edges send: docs/protocol.md, "Objects"."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from livecart.domain.catalog import Product
from livecart.domain.ids import PersonId
from livecart.domain.people import Person
from livecart.domain.places import public
from livecart.domain.reason_code import reason_text
from livecart.domain.sessions import Ban
from livecart.domain.show import Bag, Show
from livecart.domain.topic import Claim, Decision, ReferralKind, Topic

People = dict[PersonId, Person]


@lru_cache(maxsize=1_024)
def rfc3339(at_ms: int | None) -> str | None:
    """Orders of one batch were made at the same time and end at the same time."""
    if at_ms is None:
        return None
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def user_view(person: Person) -> dict[str, Any]:
    return {**person_view(person), "role": person.role.value}


def person_view(person: Person) -> dict[str, Any]:
    return {"id": person.id, "handle": person.handle, "display_name": person.display_name}


def ban_view(ban: Ban, person: Person, by: Person | None) -> dict[str, Any]:
    return {
        "id": ban.id,
        "kind": "ban",
        "user": person_view(person),
        # From the whole shop.
        "show": None,
        "by": None if by is None else person_view(by),
        "reason": ban.reason,
        "at": rfc3339(ban.at_ms),
        "until": rfc3339(ban.until_ms),
    }


def topic_view(topic: Topic, people: People, *, for_staff: bool) -> dict[str, Any]:
    return {
        "id": topic.id,
        "version": topic.version,
        "status": topic.status.value,
        "title": topic.text.title,
        "category": topic.text.category,
        "summary": topic.text.summary,
        "language": topic.text.language,
        "planned_at": rfc3339(topic.text.planned_at_ms),
        "products": list(topic.text.products),
        "cover": _picture(topic.text.cover),
        "creator": person_view(people[topic.creator]),
        "claim": _claim_view(topic.claim, people),
        "decision": _decision_view(topic.decision, people, topic.text.language),
        "referrals": [
            {
                "kind": referral.kind.value,
                "by": person_view(people[referral.by]),
                "reason": referral.text,
                "at": rfc3339(referral.at_ms),
            }
            for referral in topic.referrals
            if for_staff or referral.kind is ReferralKind.APPEAL
        ],
        "created_at": rfc3339(topic.created_at_ms),
        "submitted_at": rfc3339(topic.submitted_at_ms),
        "expires_at": rfc3339(topic.expires_at_ms),
        "due_at": rfc3339(topic.due_at_ms()),
    }


def people_of_topics(topics: list[Topic]) -> list[PersonId]:
    """Everybody whose name a view of these topics needs."""
    needed = [topic.creator for topic in topics]
    needed += [topic.claim.moderator for topic in topics if topic.claim]
    needed += [topic.decision.moderator for topic in topics if topic.decision]
    needed += [referral.by for topic in topics for referral in topic.referrals]
    return needed


def _claim_view(claim: Claim | None, people: People) -> dict[str, Any] | None:
    if claim is None:
        return None
    return {"moderator": person_view(people[claim.moderator]), "until": rfc3339(claim.until_ms)}


def _decision_view(decision: Decision | None, people: People, language: str) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        "status": decision.status.value,
        "code": decision.code,
        # The code in the topic's language; the reason is as its moderator wrote it.
        "text": reason_text(decision.code, language),
        "reason": decision.reason,
        "at": rfc3339(decision.at_ms),
        "by": person_view(people[decision.moderator]),
    }


def product_view(product: Product, *, own: bool = False) -> dict[str, Any]:
    """`own`: for its seller, whose floor prices are nobody else's business."""
    return {
        "id": product.id,
        "title": product.title,
        "currency": product.currency,
        "url": product.url,
        "images": [public(image) for image in product.images],
        "seller": product.seller,
        "on_sale": product.on_sale,
        "variants": [
            {
                "id": variant.id,
                "title": variant.title,
                "price_minor": variant.price_minor,
                "stock": variant.stock,
                "available": variant.available,
                "version": variant.version,
                "prices": [
                    {"amount_minor": money.amount_minor, "currency": money.currency} for money in variant.prices
                ],
                **({"floor_minor": variant.floor_minor} if own else {}),
            }
            for variant in product.variants
        ],
    }


def show_view(show: Show, creator: Person, viewers: int) -> dict[str, Any]:
    return {
        "id": show.id,
        "state": show.state.value,
        "title": show.title,
        "category": show.category,
        "language": show.language,
        "creator": person_view(creator),
        "topic": show.topic,
        "viewers_policy": show.viewers_policy.value,
        "viewers": viewers,
        "showing": show.showing.product,
        "created_at": rfc3339(show.created_at_ms),
        "planned_at": rfc3339(show.planned_at_ms),
        "started_at": rfc3339(show.started_at_ms),
        "ended_at": rfc3339(show.ended_at_ms),
        "cover": _picture(show.cover),
    }


def bag_view(bag: Bag, products: list[Product]) -> dict[str, Any]:
    return {"version": bag.version, "products": [product_view(product) for product in products]}


def _picture(path: str | None) -> str | None:
    return None if path is None else public(path)
