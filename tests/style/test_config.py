"""The files in config/ say what the product takes: every setting, no other, and nothing that is read by nobody."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from livecart.settings import Settings, load_settings
from tests.style.sources import ROOT, text

KEYS = [field.name for field in msgspec.structs.fields(Settings)]
EXAMPLE = Path("config/livecart.example.toml")
# For the commands that the image does not know by itself.
COMMANDS = {"migrate", "web", "media", "jobs"}


def compose() -> dict[str, Any]:
    loaded = yaml.safe_load(text(Path("config/compose.yaml")))
    assert isinstance(loaded, dict)
    return loaded


def own_services() -> dict[str, dict[str, Any]]:
    return {name: each for name, each in compose()["services"].items() if "build" in each}


def filled(value: str) -> str:
    """As compose reads it, with a value for each variable."""
    return re.sub(r"\$\{[A-Z_]+(:\?[^}]*)?\}", "192.0.2.1", value)


def test_the_example_has_every_setting_with_its_default() -> None:
    assert list(tomllib.loads(text(EXAMPLE))) == KEYS
    assert load_settings({}, file=ROOT / EXAMPLE) == Settings()


def test_the_example_says_something_about_every_setting() -> None:
    commented = re.findall(r"^# .+\n(?:tls_cert = .*\n)?([a-z_]+) = ", text(EXAMPLE), re.MULTILINE)
    assert set(KEYS) - set(commented) <= {"tls_cert", "tls_key"}


def test_the_operators_page_names_every_setting() -> None:
    page = text(Path("docs/operating.md"))
    assert not [key for key in KEYS if f"`{key}`" not in page]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_compose_gives_each_part_settings_that_it_takes(name: str) -> None:
    service = own_services()[name]
    assert service["command"] == [name]
    settings = load_settings({key: filled(str(value)) for key, value in service["environment"].items()})
    assert settings.redis_url
    assert settings.database.startswith("postgresql://")
    assert settings.secret
    assert settings.origin.startswith("https://")


def test_compose_has_no_other_part_of_ours() -> None:
    assert set(own_services()) == COMMANDS


def test_compose_services_are_started_again_and_looked_after() -> None:
    for name, service in compose()["services"].items():
        one_off = name == "migrate"
        assert service["restart"] == ("no" if one_off else "unless-stopped"), name
        assert "healthcheck" in service or name == "web", name
        assert name == "coturn" or service["networks"], name


def test_web_trusts_exactly_the_network_that_caddy_is_in() -> None:
    loaded = compose()
    (subnet,) = [each["subnet"] for each in loaded["networks"]["front"]["ipam"]["config"]]
    assert loaded["services"]["web"]["environment"]["LIVECART_TRUSTED_PROXIES"] == subnet
    assert loaded["services"]["caddy"]["networks"] == ["front"]


def test_the_media_port_is_published_and_advertised() -> None:
    media = compose()["services"]["media"]
    port = media["environment"]["LIVECART_UDP"]
    assert media["ports"] == [f"{port}:{port}/udp", f"{port}:{port}/tcp"]
    exposed = text(Path("Dockerfile")).partition("\nEXPOSE ")[2].partition("\n")[0].split()
    assert exposed == ["8080/tcp", f"{port}/udp", f"{port}/tcp"]
    assert "PUBLIC_ADDRESS" in media["environment"]["LIVECART_ADVERTISE"]


def test_the_env_example_has_every_variable_of_compose_and_no_other() -> None:
    wanted = set(re.findall(r"\$\{([A-Z_]+)", text(Path("config/compose.yaml"))))
    given = set(re.findall(r"^([A-Z_]+)=", text(Path("config/env.example")), re.MULTILINE))
    assert given == wanted


def test_the_files_that_compose_mounts_are_there() -> None:
    volumes = [each for service in compose()["services"].values() for each in service.get("volumes", [])]
    mounted = [each.partition(":")[0] for each in volumes if each.startswith("./")]
    assert {"./Caddyfile", "./turnserver.conf", "./prometheus.yml"} == set(mounted)
    assert all((ROOT / "config" / each).is_file() for each in mounted)


def test_prometheus_and_caddy_ask_the_port_of_web() -> None:
    port = load_settings({"LIVECART_HTTP": compose()["services"]["web"]["environment"]["LIVECART_HTTP"]}).http_port
    (job,) = yaml.safe_load(text(Path("config/prometheus.yml")))["scrape_configs"]
    assert job["dns_sd_configs"][0]["port"] == port
    assert f"dynamic a web {port}" in text(Path("config/Caddyfile"))


def test_coturn_gets_no_secret_from_its_file_and_denies_private_networks() -> None:
    lines = text(Path("config/turnserver.conf")).splitlines()
    assert "use-auth-secret" in lines
    assert not [line for line in lines if line.startswith(("static-auth-secret", "user=", "lt-cred-mech"))]
    denied = {line.partition("=")[2].partition("-")[0] for line in lines if line.startswith("denied-peer-ip")}
    assert denied >= {"10.0.0.0", "127.0.0.0", "169.254.0.0", "172.16.0.0", "192.168.0.0", "::1", "fc00::", "fe80::"}


def test_the_image_starts_what_the_documents_say() -> None:
    """Its settings are ones that exist, it is not root, and it is asked how it is."""
    dockerfile = text(Path("Dockerfile"))
    for name in re.findall(r"\b(LIVECART_[A-Z_]+)=", dockerfile):
        assert name.removeprefix("LIVECART_").lower() in KEYS
    assert "USER livecart\n" in dockerfile
    assert "/healthz" in dockerfile.partition("HEALTHCHECK")[2]
    assert "--require-hashes" in dockerfile
