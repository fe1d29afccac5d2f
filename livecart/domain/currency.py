"""How many decimals a currency has, for figures that programs outside read. Pages format money with `Intl`."""

from __future__ import annotations

from livecart.domain.money import Money

# ISO 4217, list one (2026): all that do not have two.
_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_BY_CURRENCY = {currency: places for places, listed in _DECIMALS.items() for currency in listed.split()}


def decimals(currency: str) -> int:
    return _BY_CURRENCY.get(currency, 2)


def in_major_units(money: Money) -> str:
    """`19.90` for 1990 CNY, `1990` for as many JPY: a point, no grouping, no sign of the currency."""
    places = decimals(money.currency)
    digits = str(abs(money.amount_minor)).rjust(places + 1, "0")
    sign = "-" if money.amount_minor < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
