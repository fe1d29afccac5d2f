"""Links to product pages: what is refused, and how the same page is always written alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.errors import InvalidError
from livecart.domain.link import check_domain, check_link


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("https://shop.example", "https://shop.example/"),
        ("HTTPS://Shop.Example:443/a?b=c#d", "https://shop.example/a?b=c#d"),
        ("https://shop.example:8443/", "https://shop.example:8443/"),
        ("https://bücher.example/höhe", "https://xn--bcher-kva.example/h%C3%B6he"),
        ("https://shop.example/%C3%B6", "https://shop.example/%C3%B6"),
        ("https://商店.example/", "https://xn--czrs0t.example/"),
        ("https://shop.example./a", "https://shop.example/a"),
    ],
)
def test_a_link_is_kept_in_one_form(given_: str, kept: str) -> None:
    assert check_link(given_) == kept
    assert check_link(kept) == kept


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "//shop.example/",
        "https://",
        "https://[",
        "https://ana@shop.example/",
        "https://ana:secret@shop.example/",
        "https://shop.example@evil.example/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://0x7f.1/",
        "https://shop.example:99999/",
        "https://shop.example:x/",
        "https://shop..example/",
        "https://-.example/",
        "https://shop.example/a b",
        "https://shop.example/\n",
        "https://shop.example\\@evil.example/",
        "https://shop.example/<script>",
        "https://" + "a" * 64 + ".example/",
        "https://shop.example/" + "a" * 2_000,
    ],
)
def test_what_is_no_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        check_link(url)
    assert (refusal.value.code, list(refusal.value.fields)) == ("invalid", ["url"])


@pytest.mark.parametrize("url", ["https://shop.example/", "https://a.b.shop.example/", "https://SHOP.example/"])
def test_an_allowed_domain_allows_what_is_below_it(url: str) -> None:
    assert check_link(url, {"shop.example", "other.example"}).startswith("https://")


@pytest.mark.parametrize(
    "url", ["https://evilshop.example/", "https://shop.example.evil.example/", "https://example/", "https://evil.net/"]
)
def test_another_domain_is_refused_by_name(url: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        check_link(url, {"shop.example"})
    assert refusal.value.code in {"domain_not_allowed", "invalid"}
    assert "url" in refusal.value.fields


def test_a_domain_is_written_in_ascii() -> None:
    assert check_domain("Bücher.example") == "xn--bcher-kva.example"
    for text in ("", "a b", "shop", "1.2.3.4", "a_b..c", "*.example"):
        with pytest.raises(ValueError, match="no domain"):
            check_domain(text)


@given(st.text(max_size=60))
def test_no_text_raises_anything_but_a_refusal(text: str) -> None:
    for url in (text, f"https://{text}", f"https://shop.example/{text}"):
        try:
            link = check_link(url)
        except InvalidError:
            continue
        assert check_link(link) == link
        assert link.startswith("https://")
