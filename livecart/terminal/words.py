"""What a room tells, as lines of text for a terminal. What people wrote cannot steer the terminal."""

from __future__ import annotations

import time
import unicodedata
from typing import Any

from livecart.terminal.seat import Event

# These turn the direction of what follows; the other invisible ones are needed by scripts and emoji.
_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKING = frozenset({"Cc", "Zl", "Zp", "Cs"})
# ISO 4217; all others of ours have two digits.
_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "UGX": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}
_STATES = {
    "ready": "the show has not begun yet",
    "live": "the show is live",
    "interrupted": "the picture is interrupted",
    "ended": "the show has ended",
}
_SPEAKERS = {"staff": "only the host writes", "followers": "only followers of the host write"}
_DELETERS = {"author": "its author", "host": "the host", "moderator": "a moderator"}


class Words:
    """Knows the goods of the bag, so that an event that names an id can be told by its title."""

    def __init__(self) -> None:
        self._products: dict[str, dict[str, Any]] = {}
        self._viewers: int | None = None

    def enter(self, ok: dict[str, Any]) -> list[str]:
        """A snapshot: where one is, and what is being shown."""
        show = ok["show"]
        self._stock(ok["bag"])
        self._viewers = show["viewers"]
        lines = [f"* {clean(show['title'])}, by {clean(show['creator']['display_name'])}: {_STATES[show['state']]}"]
        lines.append(f"* {_count(show['viewers'], 'viewer')}, {_count(len(self._products), 'product')} in the bag")
        if show["showing"] is not None:
            lines.append(self._showing(show["showing"]))
        if ok["pinned"] is not None:
            lines.append(f"* pinned: {_line(ok['pinned'])}")
        return lines

    def of(self, event: Event) -> str | None:
        """The line of an event, or None where there is nothing to say. Events of later versions say nothing."""
        data: dict[str, Any] = event[2]
        match event[1]:
            case "chat":
                return _line(data)
            case "held":
                return f"* held back: {_line(data['message'])}"
            case "chat.held":
                return (
                    "* your message was let through" if data["state"] == "released" else "* your message was kept back"
                )
            case "chat.deleted" | "chat.pinned" | "chat.rules":
                return _of_the_chat(event[1], data)
            case "notice":
                return _noticed(data)
            case "viewers":
                return self._watching(data["count"])
            case "product.showing":
                return self._showing(data["product"])
            case "bag":
                self._stock(data)
                return f"* {_count(len(self._products), 'product')} in the bag"
            case "stock":
                return None if data["available"] else f"* sold out: {self._title(data['product'])}"
            case "order.toast":
                return f"* {clean(data['buyer'])} bought {data['quantity']} of {clean(data['title'])}"
            case "gift":
                return _given(data)
            case "show.state":
                return f"* {_STATES.get(data['state'], data['state'])}"
            case "skipped":
                return f"* {_count(data['count'], 'message')} left out: this connection is slow"
            case "order":
                return f"* your order {clean(data['id'])} is {clean(data['state'])}"
            case _:
                return None

    def _stock(self, bag: dict[str, Any]) -> None:
        self._products = {product["id"]: product for product in bag["products"]}

    def _watching(self, count: int) -> str | None:
        if count == self._viewers:
            return None
        self._viewers = count
        return f"* {_count(count, 'viewer')}"

    def _title(self, product: str) -> str:
        known = self._products.get(product)
        return clean(known["title"] if known else product)

    def _showing(self, product: str | None) -> str:
        if product is None:
            return "* no product is being shown"
        known = self._products.get(product)
        price = min((variant["price_minor"] for variant in known["variants"]), default=None) if known else None
        priced = f", {money(price, known['currency'])}" if known and price is not None else ""
        return f"* being shown: {self._title(product)}{priced}"


def clean(text: str) -> str:
    """`text` on one line, without what a terminal would obey: control characters and changes of direction."""
    return "".join("�" if unicodedata.category(char) in _BREAKING else char for char in text if char not in _TURNING)


def money(amount_minor: int, currency: str) -> str:
    digits = _DIGITS.get(currency, 2)
    if not digits:
        return f"{amount_minor} {currency}"
    whole, part = divmod(amount_minor, 10**digits)
    return f"{whole}.{part:0{digits}} {currency}"


def _line(data: dict[str, Any]) -> str:
    author = data["author"]
    role = "" if author["role"] == "viewer" else f" ({clean(author['role'])})"
    said_at = time.strftime("%H:%M", time.localtime(data["at_ms"] / 1000))
    answered = data.get("reply_to")
    to = "" if answered is None else f" to {clean(answered['author']['display_name'])}"
    held = " (only you see this yet)" if data.get("held") else ""
    return f"{said_at} {clean(author['display_name'])}{role}{to}: {clean(data['text'])}{held}"


def _of_the_chat(kind: str, data: dict[str, Any]) -> str:
    match kind:
        case "chat.deleted":
            return f"* a message was deleted by {_DELETERS.get(data['by'], 'somebody')}"
        case "chat.pinned":
            return "* no message is pinned" if data["message"] is None else f"* pinned: {_line(data['message'])}"
        case _:
            who = _SPEAKERS.get(data["who"], "everybody may write")
            slow = f", one message every {data['slow_s']} s" if data["slow_s"] else ""
            return f"* {who}{slow}"


def _given(data: dict[str, Any]) -> str | None:
    """A streak is one line, when it has ended."""
    if not data["final"]:
        return None
    return f"* {clean(data['from']['display_name'])} gave {data['count']} of {clean(data['gift']['name'])}"


def _noticed(data: dict[str, Any]) -> str | None:
    match data["kind"]:
        case "joined":
            return f"* {_arrived(data)} joined"
        case "left_out":
            return f"* so many are writing that {_count(data['count'], 'message')} got left out"
        case "delayed":
            return "* the server has lost touch with the others: what is said comes late"
        case "restored":
            return "* the server is back in touch"
        case _:
            return None


def _arrived(data: dict[str, Any]) -> str:
    names = ", ".join(map(clean, data["names"]))
    return names or ("1 person" if data["count"] == 1 else f"{data['count']} people")


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
