"""All settings of a process, read once from a TOML file and `LIVECART_*`, in one frozen value.

A key that does not exist, or a value of the wrong type, is refused with the key's name.
"""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from livecart.domain.errors import InvalidError
from livecart.domain.gift import Gift, check_catalogue
from livecart.domain.ids import GiftId
from livecart.domain.link import check_domain
from livecart.domain.money import Money
from livecart.domain.web_push import PUSH_SERVICES, check_push_service

PREFIX = "LIVECART_"
PAYMENT_METHODS = ("wallet", "sandbox", "stripe")
# RFC 7064 and 7065, without what could break out of a Link header.
# What browsers, cookies and proxies all read in the same way.
_PUBLIC_URL = re.compile(
    r"https?://[A-Za-z0-9._-]+(:[0-9]+)?(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?|https?://\[[0-9a-fA-F:.]+\](:[0-9]+)?/?"
)
_ICE_URL = r"%ss?:[A-Za-z0-9.:\[\]-]+(\?transport=(udp|tcp))?"


class SettingsError(Exception):
    """The settings cannot be used; the message names the key."""


class GiftSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A gift of the catalogue, its price in the shop's currency."""

    id: str
    name: str
    icon: str
    price_minor: int


GIFTS = (
    GiftSetting("rose", "Rose", "🌹", 100),
    GiftSetting("tea", "Cup of tea", "🍵", 500),
    GiftSetting("heart", "Heart", "💖", 1_000),
    GiftSetting("lantern", "Lantern", "🏮", 5_000),
    GiftSetting("rocket", "Rocket", "🚀", 20_000),
)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Field names are the TOML keys; in the environment they are upper case behind `LIVECART_`."""

    data: str = ".data"
    http: str = "127.0.0.1:8080"
    # The address that browsers see, such as https://shop.example or https://example.org/live/; empty: from `http`.
    # A path in it is the prefix that a proxy takes off what it passes on.
    public_url: str = ""
    udp: int = 8443
    # Where media listens; empty: the host of `http`.
    udp_host: str = ""
    # Addresses given to browsers as candidates; empty: every address that media listens on.
    advertise: tuple[str, ...] = ()
    # Whether media also takes TCP connections, on the port of the same number.
    ice_tcp: bool = True
    # STUN servers for browsers, such as stun:stun.example:3478.
    ice_servers: tuple[str, ...] = ()
    # TURN servers for browsers, such as turn:turn.example:3478, and the secret they share with us (`use-auth-secret`).
    turn_urls: tuple[str, ...] = ()
    turn_secret: str = ""
    redis_url: str = ""
    database_url: str = ""
    # Milliseconds that PostgreSQL may be silent before requests that need it are refused, until it answers again.
    database_patience_ms: int = 200
    # Signs publish tokens. Empty: made once and kept in the data folder.
    secret: str = ""
    demo: bool = False
    currency: str = "CNY"
    tls_cert: str = ""
    tls_key: str = ""
    # Networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    trusted_proxies: tuple[str, ...] = ()
    # Lines of chat a second that one person writes, and at once; orders a second, over HTTP and WebSocket together.
    chat_per_person: float = 3
    chat_burst: int = 10
    orders_per_person: int = 5
    # Lines of chat a second that one show carries; beyond that they are left out, counted, and their senders told.
    chat_per_show: int = 50
    # Days that each kind of record is kept, or kept with the names of people; 0: for good.
    chat_kept_days: int = 1_095
    orders_kept_days: int = 1_095
    top_ups_kept_days: int = 1_095
    gifts_kept_days: int = 1_095
    red_packets_kept_days: int = 1_095
    follows_kept_days: int = 1_095
    calls_kept_days: int = 1_095
    reports_kept_days: int = 1_095
    decisions_kept_days: int = 1_095
    # Days that a topic stays approved; 0: for good.
    approval_days: int = 90
    # Whether staff may take topics and reports of groups that they are not in.
    review_other_groups: bool = True
    # Networks without rate limits, for load tests from one machine.
    limits_exempt: tuple[str, ...] = ()
    # Further origins that may use the WebSocket and the API with a cookie.
    allowed_origins: tuple[str, ...] = ()
    # Seconds that clients get to move over when a web process stops; -1: 0 in `serve`, 30 in `livecart web`.
    drain_s: float = -1
    # Seconds that an order is kept for its buyer.
    reservation_s: int = 900
    # The same for an order with an offer in it.
    flash_reservation_s: int = 300
    # How far an offer may be below the usual price unless its host confirms it.
    max_discount_percent: int = 95
    # Seconds that units are held for whoever a waitlist invites; and how many people wait for one thing at most.
    waitlist_hold_s: int = 120
    waitlist_max: int = 1_000
    # Seconds that a caller has to come on stage, and minutes that he is there where the show says nothing else; and
    # seconds that his slot is kept when nothing comes of him any more.
    call_answer_s: int = 30
    call_minutes: int = 10
    call_lost_s: int = 15
    # Seconds that a host has to answer another's invitation, and that both stay together after a duel.
    duel_answer_s: int = 30
    duel_after_s: int = 120
    platform_fee_bp: int = 0
    # Ways to pay: wallet, sandbox, stripe. None named: the wallet, and in the demo the sandbox too.
    payments: tuple[str, ...] = ()
    # Stripe's secret API key and the signing secret of its webhook endpoint; both with `stripe` among the payments.
    stripe_key: str = ""
    stripe_webhook_secret: str = ""
    # Seconds between two audits of the books.
    audit_every_s: int = 60
    # Seconds from a red packet's opening to its draw, where the sender says nothing else; and to its expiry.
    packet_draw_s: int = 20
    packet_expiry_s: int = 86_400
    # What viewers may send to a host, and the seconds within which the same gift again belongs to one streak.
    gifts: tuple[GiftSetting, ...] = GIFTS
    gift_streak_s: int = 5
    log_level: str = "info"
    publisher_max_bps: int = 2_500_000
    # Where the links of products may lead, subdomains included; none: anywhere.
    product_domains: tuple[str, ...] = ()
    # Push services that reminders may be sent to: domains with all below them, or the origin of one of your own; none:
    # nobody is reminded while no page is open.
    push_services: tuple[str, ...] = PUSH_SERVICES
    # Where pictures are kept, a folder of this shop alone that all its processes share; empty: `images` in `data`.
    images_dir: str = ""

    def __post_init__(self) -> None:
        for key in ("trusted_proxies", "limits_exempt"):
            for network in getattr(self, key):
                _check(key, _is_network(network), f"'{network}' is no network such as 10.0.0.0/8")
        for key, scheme in (("ice_servers", "stun"), ("turn_urls", "turn")):
            for url in getattr(self, key):
                _check(key, bool(re.fullmatch(_ICE_URL % scheme, url)), f"'{url}' is not {scheme}:HOST:PORT")
        _check("turn_secret", bool(self.turn_urls) == bool(self.turn_secret), "turn_urls and turn_secret come together")
        for domain in self.product_domains:
            _check("product_domains", _is_domain(domain), f"'{domain}' is no domain such as shop.example")
        for service in self.push_services:
            _check("push_services", _is_push_service(service), f"'{service}' is no domain or origin")
        for address in self.advertise:
            _check("advertise", _is_reachable(address), f"'{address}' is no IP address that browsers can send to")
        _check("udp_host", not self.udp_host or _is_host(self.udp_host), f"'{self.udp_host}' is no address or host")
        _check("udp", 0 <= self.udp <= 65_535, f"{self.udp} is no port")
        _check("http", _is_host_port(self.http), f"'{self.http}' is not HOST:PORT")
        fits = not self.public_url or bool(_PUBLIC_URL.fullmatch(self.public_url))
        _check(
            "public_url", fits, f"'{self.public_url}' is not such as https://shop.example or https://example.org/live/"
        )
        _check("log_level", self.log_level in {"debug", "info", "warning", "error"}, f"'{self.log_level}' is unknown")
        _check("drain_s", self.drain_s == -1 or 0 <= self.drain_s <= 3_600, "not between 0 and 3600")
        _check("database_patience_ms", 50 <= self.database_patience_ms <= 60_000, "not between 50 and 60000")
        _check("chat_per_person", 0.01 <= self.chat_per_person <= 1_000, "not between 0.01 and 1000")
        for key in ("chat_burst", "orders_per_person"):
            _check(key, 1 <= getattr(self, key) <= 1_000, "not between 1 and 1000")
        _check("chat_per_show", 1 <= self.chat_per_show <= 10_000, "not between 1 and 10000")
        for key in (name for name in self.__struct_fields__ if name.endswith("_kept_days")):
            _check(key, 0 <= getattr(self, key) <= 36_500, "not between 0 and 36500")
        _check("approval_days", 0 <= self.approval_days <= 3_650, "not between 0 and 3650")
        _check("platform_fee_bp", 0 <= self.platform_fee_bp <= 10_000, "not between 0 and 10000")
        for method in self.payments:
            _check("payments", method in PAYMENT_METHODS, f"'{method}' is not one of {', '.join(PAYMENT_METHODS)}")
        keyed = bool(self.stripe_key) and bool(self.stripe_webhook_secret)
        _check("payments", "stripe" not in self.payments or keyed, "stripe needs stripe_key and stripe_webhook_secret")
        _check("audit_every_s", 1 <= self.audit_every_s <= 86_400, "not between 1 and 86400")
        _check("max_discount_percent", 0 <= self.max_discount_percent <= 100, "not between 0 and 100")
        _check("waitlist_hold_s", 10 <= self.waitlist_hold_s <= 86_400, "not between 10 and 86400")
        _check("waitlist_max", 1 <= self.waitlist_max <= 10_000, "not between 1 and 10000")
        _check("call_answer_s", 5 <= self.call_answer_s <= 600, "not between 5 and 600")
        _check("call_minutes", 1 <= self.call_minutes <= 240, "not between 1 and 240")
        _check("duel_answer_s", 5 <= self.duel_answer_s <= 600, "not between 5 and 600")
        _check("duel_after_s", 0 <= self.duel_after_s <= 3_600, "not between 0 and 3600")
        _check("call_lost_s", 5 <= self.call_lost_s <= 300, "not between 5 and 300")
        _check("packet_draw_s", 1 <= self.packet_draw_s <= 3_600, "not between 1 and 3600")
        _check("packet_expiry_s", 1 <= self.packet_expiry_s <= 30 * 86_400, "not between 1 and 2592000")
        _check("gift_streak_s", 1 <= self.gift_streak_s <= 60, "not between 1 and 60")
        _check("currency", len(self.currency) == 3 and self.currency.isupper(), "not an ISO 4217 code")
        _check_gifts(self)
        _check("tls_key", bool(self.tls_cert) == bool(self.tls_key), "tls_cert and tls_key come together")

    @property
    def gift_catalogue(self) -> Mapping[GiftId, Gift]:
        priced = [(each, Money(each.price_minor, self.currency)) for each in self.gifts]
        return check_catalogue(Gift(GiftId(each.id), each.name, each.icon, price) for each, price in priced)

    @property
    def payment_methods(self) -> tuple[str, ...]:
        if self.payments:
            return self.payments
        return ("wallet", "sandbox") if self.demo else ("wallet",)

    @property
    def own_origin(self) -> str:
        """Where a process on this machine reaches its own web port."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.http_host, self.http_host)  # noqa: S104 -- compared only
        scheme = "https" if self.tls_cert else "http"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.http_port}"

    @property
    def http_host(self) -> str:
        return self.http.rpartition(":")[0].strip("[]")

    @property
    def http_port(self) -> int:
        return int(self.http.rpartition(":")[2])

    @property
    def data_dir(self) -> Path:
        return Path(self.data).absolute()

    @property
    def images(self) -> Path:
        return Path(self.images_dir).absolute() if self.images_dir else self.data_dir / "images"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'livecart.db'}"

    @property
    def uses_sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    @property
    def address(self) -> str:
        """Where browsers find the shop, without a slash at the end."""
        scheme = "https" if self.tls_cert else "http"
        return self.public_url.rstrip("/") or f"{scheme}://{self.http}"

    @property
    def origin(self) -> str:
        return self.address.removesuffix(self.prefix)

    @property
    def prefix(self) -> str:
        """The path that all of the shop is below, such as `/live`; mostly empty."""
        return urlsplit(self.public_url).path.rstrip("/")


def load_settings(environment: Mapping[str, str] = os.environ, *, file: Path | None = None, **given: Any) -> Settings:
    """Merges the TOML file, the environment and the command line's `given`, later ones winning; None means not given.

    Raises SettingsError.
    """
    values = _from_file(file) if file else {}
    for name, text in environment.items():
        if name.startswith(PREFIX):
            key = name.removeprefix(PREFIX).lower()
            if key in {"test_full", "password"}:  # these belong to the test runner and to `livecart chat`
                continue
            values[key] = _from_text(key, text)
    values.update({key: value for key, value in given.items() if value is not None})
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(_plain(str(error))) from error


def as_texts(settings: Settings) -> dict[str, str]:
    """All settings by their keys, as the environment has them: `load_settings` reads them back as the same."""
    return {
        field.name: _to_text(field.name, getattr(settings, field.name)) for field in msgspec.structs.fields(Settings)
    }


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"the settings file {file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings file {file} is not TOML: {error}") from error


def _from_text(key: str, text: str) -> Any:
    """Lists are written with commas in the environment, gifts as JSON; all else is converted by type."""
    if key == "gifts":
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise SettingsError(f"setting 'gifts': not JSON: {error}") from error
    lists = {field.name for field in msgspec.structs.fields(Settings) if field.type == tuple[str, ...]}
    return [part.strip() for part in text.split(",") if part.strip()] if key in lists else text


def _to_text(key: str, value: Any) -> str:
    if key == "gifts":
        return msgspec.json.encode(value).decode()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _check_gifts(settings: Settings) -> None:
    try:
        _ = settings.gift_catalogue
    except InvalidError as error:
        faults = "; ".join(f"{field}: {fault}" for field, fault in error.fields.items())
        raise ValueError(f"setting 'gifts': {error.message}" + (f" ({faults})" if faults else "")) from error


def _check(key: str, good: bool, fault: str) -> None:
    if not good:
        raise ValueError(f"setting '{key}': {fault}")


def _plain(fault: str) -> str:
    """msgspec's sentence with the key in our words: "Expected `int`, got `str` - at `$.udp`"."""
    said, _, where = fault.partition(" - at `$.")
    key = where.rstrip("`").partition("[")[0]
    return f"setting '{key}': {said}" if key else said.replace("Object contains unknown field", "unknown setting")


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _is_reachable(text: str) -> bool:
    """No wildcard, and no scope (`%eth0`), which means nothing on another machine."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_multicast) and "%" not in text


def _is_host(text: str) -> bool:
    """An IP address, without brackets, or a name. What ends in a number is no name (RFC 1123 section 2.1)."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(re.fullmatch(r"([A-Za-z0-9_-]{1,63}\.)*[A-Za-z_-][A-Za-z0-9_-]{0,62}\.?", text))
    return True


def _is_domain(text: str) -> bool:
    try:
        return check_domain(text) == text
    except ValueError:
        return False


def _is_push_service(text: str) -> bool:
    try:
        return check_push_service(text) == text
    except ValueError:
        return False


def _is_host_port(text: str) -> bool:
    host, _, port = text.rpartition(":")
    return bool(host) and port.isdigit() and int(port) <= 65_535
