"""Every route, and what those get who ask it for something of somebody else: see tests/attacks/test_idor.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

DECISION = {"code": "other", "reason": "because"}
# What a viewer, and a creator of other things, get of somebody's. 404: not even that it exists is told; 403 where that
# is public, or where the role is what is missing.
VIEWER, CREATOR, MODERATOR = "viewer", "creator", "moderator"
STAFF_ONLY = {VIEWER: 403, CREATOR: 403}
HOST_ONLY = {VIEWER: 403, CREATOR: 403, MODERATOR: 403}
HOST_AND_STAFF = {VIEWER: 403, CREATOR: 403}
ADMIN_ONLY = {VIEWER: 403, CREATOR: 403, MODERATOR: 403}
SELLERS = {VIEWER: 403, CREATOR: 404, MODERATOR: 403}
NOBODY_ELSE = {VIEWER: 404, CREATOR: 404, MODERATOR: 404}


TOPIC = {"title": "Mine now", "category": "other", "summary": "What was another's.", "language": "en"}
SILENCE = {"person": "{person}", "reason": "spite"}
OFFER = {"variant": "{variant}", "price_minor": 90, "quantity": 1, "per_buyer": 1}
PACKET = {"total_minor": 100, "shares": 2, "kind": "equal", "opens_in_s": 3_600}


@dataclass(frozen=True, slots=True)
class Case:
    """Who gets which status, and the body that the owner would send."""

    statuses: dict[str, int]
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


SDP, FRAGMENT = {"Content_Type": "application/sdp"}, {"Content_Type": "application/trickle-ice-sdpfrag"}
PLAIN = {"Content_Type": "text/plain"}
OTHERS: dict[str, Case] = {
    "POST users/{user}/ban": Case(STAFF_ONLY, {"reason": "spite"}),
    "POST users/{user}/unban": Case(STAFF_ONLY),
    "GET shows/{show}/mutes": Case(HOST_AND_STAFF),
    "POST shows/{show}/mutes": Case(HOST_AND_STAFF, SILENCE),
    "DELETE shows/{show}/mutes/{person}": Case(HOST_AND_STAFF),
    "GET shows/{show}/bans": Case(HOST_AND_STAFF),
    "POST shows/{show}/bans": Case(HOST_AND_STAFF, SILENCE),
    "DELETE shows/{show}/bans/{person}": Case(HOST_AND_STAFF),
    "POST people/{person}/mutes": Case(STAFF_ONLY, {"reason": "spite"}),
    "DELETE people/{person}/mutes": Case(STAFF_ONLY),
    "GET shows/{show}/warnings": Case(HOST_AND_STAFF),
    "POST shows/{show}/warnings": Case(HOST_AND_STAFF, {"code": "other", "text": "spite"}),
    "DELETE shows/{show}/warnings/{warning}": Case(HOST_AND_STAFF),
    "POST shows/{show}/warnings/{warning}/acknowledge": Case(NOBODY_ELSE),
    "POST shows/{show}/stop": Case(HOST_AND_STAFF, DECISION),
    "POST shows/{show}/products/{product}/close": Case(HOST_AND_STAFF, DECISION),
    "GET shows/{show}/assistants": Case(HOST_ONLY),
    "GET shows/{show}/referrals": Case(HOST_AND_STAFF),
    "PUT shows/{show}/assistants": Case(HOST_ONLY, {"handle": "mo", "permissions": ["mute"]}),
    "DELETE shows/{show}/assistants/{person}": Case(HOST_ONLY),
    "POST topics/{topic}/revoke": Case(STAFF_ONLY, DECISION),
    "GET topics/{topic}": Case({VIEWER: 404, CREATOR: 404}),
    "POST topics/{topic}/submit": Case(NOBODY_ELSE),
    "POST topics/{topic}/claim": Case(STAFF_ONLY),
    "POST topics/{topic}/approve": Case(STAFF_ONLY),
    "POST topics/{topic}/reject": Case(STAFF_ONLY, DECISION),
    "POST topics/{topic}/request-changes": Case(STAFF_ONLY, DECISION),
    "PUT topics/{topic}": Case({VIEWER: 403, CREATOR: 404, MODERATOR: 403}, TOPIC),
    "POST topics/{topic}/undo": Case(STAFF_ONLY),
    "POST topics/{topic}/second-opinion": Case(STAFF_ONLY, {"reason": "in doubt"}),
    "POST topics/{topic}/appeal": Case(NOBODY_ELSE, {"reason": "unfair"}),
    "PUT topic-categories/{category}": Case(ADMIN_ONLY, {"version": 1, "policy": "Anything goes from now on."}),
    "GET topic-categories/{category}/versions": Case(STAFF_ONLY),
    "GET staff-groups": Case(ADMIN_ONLY),
    "PUT users/{user}/groups": Case(ADMIN_ONLY, {"groups": []}),
    "GET reports": Case(STAFF_ONLY),
    "GET reports/{case}": Case(STAFF_ONLY),
    "POST reports/{case}/claim": Case(STAFF_ONLY),
    "POST reports/{case}/resolve": Case(STAFF_ONLY, {"outcome": "no_violation", "reason": "mine"}),
    "POST reports/{case}/reopen": Case(STAFF_ONLY, {"reason": "mine"}),
    "POST topics/{topic}/cover": Case(
        {VIEWER: 403, CREATOR: 404, MODERATOR: 403}, "no picture", {"Content_Type": "image/png"}
    ),
    "DELETE topics/{topic}/cover": Case({VIEWER: 403, CREATOR: 404, MODERATOR: 403}),
    "GET topics/{topic}/similar": Case(STAFF_ONLY),
    "POST topic-decisions": Case(STAFF_ONLY, DECISION | {"decision": "reject", "topics": [{"id": "{topic}"}]}),
    "POST topic-decisions/undo": Case(STAFF_ONLY, {"topics": ["{topic}"]}),
    # All of it is about somebody; a moderator may.
    "GET moderation/log": Case(STAFF_ONLY),
    "GET moderation/log/state": Case(STAFF_ONLY),
    "GET moderation/log.jsonl": Case(STAFF_ONLY),
    "GET desk/wall": Case(STAFF_ONLY),
    "GET desk/wall/{show}/picture": Case(STAFF_ONLY),
    "GET desk/figures": Case(STAFF_ONLY),
    "POST shows/{show}/publish-token": Case(HOST_ONLY),
    "GET shows/{show}/stream-key": Case(HOST_ONLY),
    "POST shows/{show}/stream-key": Case(HOST_ONLY),
    "DELETE shows/{show}/stream-key": Case(HOST_ONLY),
    "GET shows/{show}/stats": Case(HOST_AND_STAFF),
    "POST shows/{show}/end": Case(HOST_AND_STAFF),
    "PUT shows/{show}/bag": Case(HOST_ONLY, {"products": []}),
    "POST shows/{show}/showing": Case(HOST_ONLY, {"product": None}),
    "PATCH shows/{show}/chat": Case(HOST_AND_STAFF, {"slow_s": 300}),
    "GET shows/{show}/chat": Case(HOST_AND_STAFF),
    "GET shows/{show}/chat.csv": Case(HOST_AND_STAFF),
    "GET shows/{show}/chat.jsonl": Case(HOST_AND_STAFF),
    "POST shows/{show}/chat/delete": Case(HOST_AND_STAFF, {"messages": ["{message}"]}),
    "GET shows/{show}/chat/held": Case(HOST_AND_STAFF),
    "POST shows/{show}/chat/held/{message}/release": Case(HOST_AND_STAFF),
    "POST shows/{show}/chat/held/{message}/refuse": Case(HOST_AND_STAFF),
    "GET shows/{show}/word-list": Case(HOST_AND_STAFF),
    "PUT shows/{show}/word-list": Case(HOST_AND_STAFF, "mine", PLAIN),
    "GET moderation/word-lists": Case(STAFF_ONLY),
    "GET moderation/word-lists/{list}": Case(STAFF_ONLY),
    "PUT moderation/word-lists/{list}": Case(STAFF_ONLY, "mine", PLAIN),
    "PUT products/{product}": Case(SELLERS, {"title": "Mine now"}),
    "POST products/{product}/images": Case(SELLERS, "no picture", {"Content_Type": "image/png"}),
    "PUT products/{product}/images": Case(SELLERS, {"images": []}),
    "GET orders/{order}": Case(NOBODY_ELSE),
    "POST orders/{order}/pay": Case(NOBODY_ELSE, {"method": "wallet"}),
    "POST orders/{order}/cancel": Case(NOBODY_ELSE),
    "POST orders/{order}/refund": Case({VIEWER: 403, CREATOR: 404, MODERATOR: 403}, {"reason": "mine now"}),
    "POST orders/{order}/fulfil": Case({VIEWER: 403, CREATOR: 404, MODERATOR: 403}),
    "GET payments/{payment}": Case(NOBODY_ELSE),
    "POST shows/{show}/offers": Case(HOST_ONLY, OFFER),
    "PATCH shows/{show}/sale": Case(HOST_ONLY, {"mode": "first_to_pay"}),
    "POST offers/{offer}/close": Case(HOST_ONLY),
    "POST coupons/{code}/disable": Case({VIEWER: 403, CREATOR: 404, MODERATOR: 403}),
    "POST variants/{variant}/stock": Case({VIEWER: 403, CREATOR: 404, MODERATOR: 403}, {"delta": -1, "cause": "mine"}),
    "GET variants/{variant}/movements": Case({VIEWER: 403, CREATOR: 404, MODERATOR: 403}),
    "DELETE waitlist/{place}": Case(NOBODY_ELSE),
    "GET shows/{show}/waitlist": Case(HOST_ONLY),
    "GET shows/{show}/calls": Case(HOST_AND_STAFF),
    "DELETE shows/{show}/calls": Case(HOST_AND_STAFF),
    "GET shows/{show}/duel-hosts": Case(HOST_ONLY),
    "GET shows/{show}/duel-rules": Case(HOST_ONLY),
    "PUT shows/{show}/duel-rules": Case(HOST_ONLY, {"who": "off"}),
    "PUT shows/{show}/call-rules": Case(HOST_AND_STAFF, {"who": "off"}),
    "POST shows/{show}/red-packets": Case(HOST_ONLY, PACKET),
    "PUT shows/{show}/red-packet-rules": Case(HOST_ONLY, {"senders": "everyone"}),
    # A log-in is no publish token, and the address of a session is its key.
    "POST /whip/{show}": Case({VIEWER: 401, CREATOR: 401, MODERATOR: 401}, "v=0", SDP),
    "PATCH /whip/{show}/{session}": Case(NOBODY_ELSE, "a=ice-ufrag:x", {**FRAGMENT, "If_Match": "*"}),
    "DELETE /whip/{show}/{session}": Case(NOBODY_ELSE),
    "PATCH /whep/{show}/{session}": Case(NOBODY_ELSE, "a=ice-ufrag:x", {**FRAGMENT, "If_Match": "*"}),
    "DELETE /whep/{show}/{session}": Case(NOBODY_ELSE),
    "GET eligibility/rules": Case(ADMIN_ONLY),
    "PUT eligibility/rules": Case(ADMIN_ONLY, {"rules": [], "reason": "mine"}),
    "POST eligibility/halt": Case(ADMIN_ONLY, {"halted": True, "reason": "mine"}),
    "GET eligibility/cohorts": Case(ADMIN_ONLY),
    "GET eligibility/cohorts/{cohort}": Case(ADMIN_ONLY),
    "POST eligibility/cohorts/{cohort}": Case(ADMIN_ONLY, {"people": ["mei"], "reason": "mine"}),
    "POST eligibility/cohorts/{cohort}/{user}/remove": Case(ADMIN_ONLY, {"reason": "mine"}),
    "GET eligibility/applications": Case(ADMIN_ONLY),
    "POST eligibility/applications/{user}/grant": Case(ADMIN_ONLY),
    "POST eligibility/applications/{user}/refuse": Case(ADMIN_ONLY, {"reason": "mine"}),
    "GET retention": Case(ADMIN_ONLY),
    "GET legal-holds": Case(ADMIN_ONLY),
    "POST legal-holds": Case(ADMIN_ONLY, {"kind": "person", "subject": "{user}", "reason": "mine"}),
    "DELETE legal-holds/{hold}": Case(ADMIN_ONLY, {"reason": "mine"}),
    # The body names what belongs to somebody.
    "POST shows": Case(SELLERS, {"topic": "{topic}"}),
}
# Answers to anybody what anybody may know.
FOR_EVERYBODY = {
    "POST auth/register",
    "POST auth/login",
    "GET topic-categories",
    "GET topic-reasons",
    "GET products",
    "GET products/{product}",
    "GET shows",
    "GET shows/{show}",
    "GET shows/{show}/qr.svg",
    "POST shows/{show}/referral",
    "GET push-key",
    "GET shows/{show}/offers",
    "GET shows/{show}/red-packet-rules",
    "GET shows/{show}/call-rules",
    "GET shows/{show}/duel",
    "GET red-packets/{packet}",
    "GET red-packets/{packet}/proof",
    "POST red-packets/{packet}/claim",
    "GET gifts",
    "POST shows/{show}/gifts",
    "GET payment-methods",
    "POST webhooks/{provider}",
    "GET report-categories",
    "POST shows/{show}/reports",
    "GET users/{handle}",
    "POST users/{handle}/follow",
    "DELETE users/{handle}/follow",
    "POST /whep/{show}",
    "GET /whip/{show}",
    "GET /whep/{show}",
    "GET /whip/{show}/{session}",
    "GET /whep/{show}/{session}",
}
# Names nobody: it is about who asks.
OWN = {
    "PUT shows/{show}/reminder",
    "DELETE shows/{show}/reminder",
    "POST auth/logout",
    "POST line-test",
    "GET me",
    "GET topics",
    "GET orders",
    "GET wallet",
    "GET canned-replies",
    "GET cart",
    "PUT cart/lines",
    "DELETE cart",
    "POST cart/checkout",
    "GET waitlist",
    "GET shows/{show}/call",
    "POST waitlist",
    "GET sales",
    "GET sales.csv",
    "GET me/settings",
    "GET me/cases",
    "GET me/eligibility",
    "GET me/export",
    "POST me/delete",
    "POST me/application",
    "GET me/reports",
    "PUT me/settings",
    "GET coupons",
    "POST coupons",
    "POST topics",
    "POST products",
    "POST orders",
    "POST wallet/topups",
    "PUT canned-replies",
}
