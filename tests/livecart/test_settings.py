from __future__ import annotations

from pathlib import Path

import pytest

from livecart.settings import GiftSetting, Settings, SettingsError, as_texts, load_settings


def test_without_anything_the_defaults_hold() -> None:
    assert load_settings({}) == Settings()


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "livecart.toml"
    file.write_text('udp = 1\nhttp = "127.0.0.1:1"\ncurrency = "JPY"\n')
    settings = load_settings({"LIVECART_HTTP": "127.0.0.1:2", "LIVECART_UDP": "2"}, file=file, udp=3, data=None)
    assert (settings.currency, settings.http, settings.udp, settings.data) == ("JPY", "127.0.0.1:2", 3, ".data")


def test_lists_are_written_with_commas_in_the_environment() -> None:
    settings = load_settings({"LIVECART_LIMITS_EXEMPT": "10.0.0.0/8, ::1/128,"})
    assert settings.limits_exempt == ("10.0.0.0/8", "::1/128")


@pytest.mark.parametrize(
    ("environment", "key"),
    [
        ({"LIVECART_UDP": "eight"}, "udp"),
        ({"LIVECART_UDP": "65536"}, "udp"),
        ({"LIVECART_PUBLIC_URL": "shop.example"}, "public_url"),
        ({"LIVECART_PUBLIC_URL": "https://shop.example/live?x=1"}, "public_url"),
        ({"LIVECART_PUBLIC_URL": "https://shop.example/a/../b"}, "public_url"),
        ({"LIVECART_PUBLIC_URL": 'https://shop.example/"'}, "public_url"),
        ({"LIVECART_HTTP": "8080"}, "http"),
        ({"LIVECART_HTTP": "localhost:99999"}, "http"),
        ({"LIVECART_UPD": "8443"}, "upd"),
        ({"LIVECART_DEMO": "perhaps"}, "demo"),
        ({"LIVECART_TRUSTED_PROXIES": "everyone"}, "trusted_proxies"),
        ({"LIVECART_TLS_CERT": "cert.pem"}, "tls_key"),
        ({"LIVECART_LOG_LEVEL": "loud"}, "log_level"),
        ({"LIVECART_DRAIN_S": "-2"}, "drain_s"),
        ({"LIVECART_ICE_SERVERS": "stun.example:3478"}, "ice_servers"),
        ({"LIVECART_ICE_SERVERS": 'stun:x>; rel="y"'}, "ice_servers"),
        ({"LIVECART_TURN_URLS": "turn:t.example"}, "turn_secret"),
        ({"LIVECART_TURN_URLS": "stun:t.example", "LIVECART_TURN_SECRET": "s"}, "turn_urls"),
        ({"LIVECART_TURN_SECRET": "s"}, "turn_urls"),
        ({"LIVECART_ICE_TCP": "perhaps"}, "ice_tcp"),
        ({"LIVECART_ADVERTISE": "shop.example"}, "advertise"),
        ({"LIVECART_ADVERTISE": "203.0.113.5,0.0.0.0"}, "advertise"),
        ({"LIVECART_ADVERTISE": "::"}, "advertise"),
        ({"LIVECART_ADVERTISE": "fe80::1%eth0"}, "advertise"),
        ({"LIVECART_ADVERTISE": "[2001:db8::5]"}, "advertise"),
        ({"LIVECART_UDP_HOST": "[::1]"}, "udp_host"),
        ({"LIVECART_UDP_HOST": "::g"}, "udp_host"),
        ({"LIVECART_UDP_HOST": "1.2.3"}, "udp_host"),
        ({"LIVECART_UDP_HOST": "300.1.1.1"}, "udp_host"),
        ({"LIVECART_UDP_HOST": "127.0.0.1:8443"}, "udp_host"),
    ],
)
def test_a_bad_setting_is_refused_with_its_name(environment: dict[str, str], key: str) -> None:
    with pytest.raises(SettingsError, match=key):
        load_settings(environment)


def test_addresses_of_both_families_are_taken() -> None:
    settings = load_settings({"LIVECART_ADVERTISE": "203.0.113.5, 2001:db8::5", "LIVECART_HTTP": "[::1]:8080"})
    assert settings.advertise == ("203.0.113.5", "2001:db8::5")
    assert (settings.http_host, settings.http_port) == ("::1", 8080)
    for host in ("::", "::1", "0.0.0.0", "localhost", "media-1.shop.example", "fe80::1%eth0"):
        assert load_settings({"LIVECART_UDP_HOST": host}).udp_host == host


def test_a_file_that_is_not_toml_or_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "livecart.toml"
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings({}, file=file)
    file.write_text("udp 8443")
    with pytest.raises(SettingsError, match="not TOML"):
        load_settings({}, file=file)
    file.write_text("[media]\nudp = 1")
    with pytest.raises(SettingsError, match="media"):
        load_settings({}, file=file)


def test_the_password_of_a_terminal_is_no_setting() -> None:
    assert load_settings({"LIVECART_PASSWORD": "not told"}) == load_settings({})


def test_gifts_are_a_table_in_the_file_and_json_in_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "livecart.toml"
    file.write_text('currency = "JPY"\n[[gifts]]\nid = "tea"\nname = " Tea "\nicon = "🍵"\nprice_minor = 30\n')
    (tea,) = load_settings({}, file=file).gift_catalogue.values()
    assert (tea.id, tea.name, tea.price.amount_minor, tea.price.currency) == ("tea", "Tea", 30, "JPY")
    text = '[{"id": "cup", "name": "Cup", "icon": "🏆", "price_minor": 5}]'
    assert list(load_settings({"LIVECART_GIFTS": text}, file=file).gift_catalogue) == ["cup"]
    assert load_settings({"LIVECART_GIFTS": "[]"}).gift_catalogue == {}
    assert len(load_settings({}).gift_catalogue) == 5


@pytest.mark.parametrize(
    "text",
    [
        "rose",
        '[{"id": "rose"}]',
        '[{"id": "Rose!", "name": "Rose", "icon": "r", "price_minor": 1}]',
        '[{"id": "rose", "name": "Rose", "icon": "r", "price_minor": 0}]',
        '[{"id": "rose", "name": "Rose", "icon": "r", "price_minor": 1, "color": "red"}]',
        '[{"id": "a", "name": "A", "icon": "a", "price_minor": 1},'
        ' {"id": "a", "name": "B", "icon": "b", "price_minor": 2}]',
    ],
)
def test_a_gift_that_cannot_be_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match="gifts"):
        load_settings({"LIVECART_GIFTS": text})


def test_what_serve_gives_its_parts_is_read_back_as_the_same() -> None:
    gifts = (GiftSetting("tea", "Tea, with milk", "🍵", 30),)
    for settings in (
        Settings(),
        Settings(gifts=gifts, limits_exempt=("10.0.0.0/8", "::1/128"), demo=True),
        Settings(gifts=()),
    ):
        environment = {f"LIVECART_{key.upper()}": text for key, text in as_texts(settings).items()}
        assert load_settings(environment) == settings


@pytest.mark.parametrize(
    ("public_url", "address", "origin", "prefix"),
    [
        ("", "http://127.0.0.1:8080", "http://127.0.0.1:8080", ""),
        ("https://shop.example", "https://shop.example", "https://shop.example", ""),
        ("https://shop.example:8443/", "https://shop.example:8443", "https://shop.example:8443", ""),
        ("https://[::1]:8443/", "https://[::1]:8443", "https://[::1]:8443", ""),
        ("https://example.org/live/", "https://example.org/live", "https://example.org", "/live"),
        ("https://example.org/a/live", "https://example.org/a/live", "https://example.org", "/a/live"),
        ("https://live/live", "https://live/live", "https://live", "/live"),
    ],
)
def test_the_public_url_may_have_a_path(public_url: str, address: str, origin: str, prefix: str) -> None:
    settings = load_settings({"LIVECART_PUBLIC_URL": public_url})
    assert (settings.address, settings.origin, settings.prefix) == (address, origin, prefix)
