"""Canned replies of a host: what is often asked, answered with one press. `{product}` and `{price}` are filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from livecart.domain.catalog import Product
from livecart.domain.chat_text import TEXT_MAX, check_chat_text
from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import ReplyId
from livecart.domain.money import Money
from livecart.domain.text import first_graphemes, graphemes

REPLIES_MAX = 20
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_KNOWN = ("product", "price")
# ISO 4217: currencies whose minor unit is not a hundredth.
_DIGITS = {"BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3} | dict.fromkeys(
    ("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"), 0
)


@dataclass(frozen=True, slots=True)
class CannedReply:
    id: ReplyId
    text: str


def check_reply(text: str) -> str:
    """Returns the cleaned template; raises InvalidError for a placeholder that does not exist."""
    text = check_chat_text(text)
    unknown = [name for name in _PLACEHOLDER.findall(text) if name not in _KNOWN]
    if unknown:
        raise InvalidError(
            "there is no such placeholder", fields={"replies": f"not {{{unknown[0]}}}; {{product}}, {{price}}"}
        )
    return text


def fill(text: str, product: Product | None) -> str:
    """The template with what is being explained now. A title that would not fit is cut.

    Raises ConflictError `nothing_shown` when it needs a product and there is none.
    """
    if not _PLACEHOLDER.search(text):
        return text
    if product is None:
        raise ConflictError("no product is being explained now", code="nothing_shown")
    values = {"product": product.title, "price": price_text(product)}
    # In one pass: a title that looks like a placeholder is a title.
    filled = _PLACEHOLDER.sub(lambda found: values[found[1]], text)
    over = graphemes(filled) - TEXT_MAX
    if over > 0:
        times = max(1, text.count("{product}"))
        kept = graphemes(product.title) - -(-over // times) - 1
        values["product"] = first_graphemes(product.title, max(0, kept)) + "…"
        filled = _PLACEHOLDER.sub(lambda found: values[found[1]], text)
    return filled


def price_text(product: Product) -> str:
    """The lowest price of its variants: "19.90 CNY", with a plus when others cost more."""
    prices = {variant.price_minor for variant in product.variants}
    lowest = Money(min(prices), product.currency)
    digits = _DIGITS.get(lowest.currency, 2)
    whole, part = divmod(lowest.amount_minor, 10**digits)
    amount = f"{whole}.{part:0{digits}d}" if digits else str(whole)
    return f"{amount}{'+' if len(prices) > 1 else ''} {lowest.currency}"
