"""Products over HTTP: pictures sent and served, edits, links; what a stranger or a hostile file gets."""

from __future__ import annotations

import hashlib
import http.client
import json
import socket
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from livecart.domain.picture import BYTES_MAX, LARGE, SMALL
from tests.support.people import add_with_role, make_product, make_show, register
from tests.support.pictures import MARK, animated, photo, picture, png, polyglot
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def sent(
    shop: RunningShop, product: str, raw: bytes, token: str, *, kind: str = "image/jpeg"
) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=20)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    try:
        connection.request("POST", f"/api/v1/products/{product}/images", raw, headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def form(name: str, raw: bytes) -> bytes:
    disposition = f'form-data; name="image"{name}'
    return b"--b\r\nContent-Disposition: " + disposition.encode() + b"\r\n\r\n" + raw + b"\r\n--b--\r\n"


def fetched(shop: RunningShop, path: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def test_a_picture_is_sent_drawn_anew_and_served_for_ever(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    product = make_product(shop, mei)["id"]
    status, body = sent(shop, product, photo(), mei)
    assert status == 201
    (path,) = body["product"]["images"]
    status, headers, raw = fetched(shop, path)
    assert status == 200
    assert hashlib.sha256(raw).hexdigest() == path.split("/")[-1].partition("-")[0]
    assert headers["Content-Type"] == "image/webp"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Image.open(BytesIO(raw)).size == (300, 400)
    small = fetched(shop, path.replace(f"-{LARGE}.", f"-{SMALL}."))
    assert Image.open(BytesIO(small[2])).size == (225, 300)
    assert shop.call("GET", f"products/{product}").body["product"]["images"] == [path]


def test_a_form_is_taken_as_well(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    product = make_product(shop, mei)["id"]
    kind = "multipart/form-data; boundary=b"
    status, body = sent(shop, product, form('; filename="../a.png"', picture("PNG")), mei, kind=kind)
    assert (status, len(body["product"]["images"])) == (201, 1)
    assert sent(shop, product, form("", b"no file"), mei, kind=kind)[0] == 400
    assert sent(shop, product, form('; filename="a"', bytes(BYTES_MAX + 1)), mei, kind=kind)[0] == 413
    for head, wrong in (("multipart/form-data", b"x"), (kind, b"--c\r\n\r\nx")):
        status, problem = sent(shop, product, wrong, mei, kind=head)
        assert (status, problem["code"]) == (400, "bad_form")


@pytest.mark.parametrize(
    ("raw", "kind", "status", "code"),
    [
        (SVG, "image/svg+xml", 415, "unsupported_media_type"),
        (SVG, "image/png", 415, "unsupported_media_type"),
        (picture("GIF"), "image/png", 415, "unsupported_media_type"),
        (picture(), "text/html", 415, "unsupported_media_type"),
        (b"", "image/png", 415, "unsupported_media_type"),
        (b'{"image": 1}', "application/json", 415, "unsupported_media_type"),
        (animated("PNG"), "image/png", 400, "animated"),
        (animated("WEBP"), "image/webp", 400, "animated"),
        (picture()[:200], "image/jpeg", 400, "bad_image"),
        (png(30_000, 30_000), "image/png", 400, "too_many_pixels"),
        (png(400, 400, b"\0" * 9), "image/png", 400, "bad_image"),
        (bytes(BYTES_MAX + 1), "image/png", 413, "too_large"),
        (picture() + bytes(BYTES_MAX), "image/jpeg", 413, "too_large"),
        (bytes(3 * BYTES_MAX), "image/png", 413, "too_large"),
    ],
)
def test_what_is_no_good_picture_is_refused_by_name(
    shop: RunningShop, raw: bytes, kind: str, status: int, code: str
) -> None:
    mei = shop.log_in("mei")
    product = make_product(shop, mei)["id"]
    found, problem = sent(shop, product, raw, mei, kind=kind)
    assert (found, problem["code"]) == (status, code)
    assert shop.call("GET", f"products/{product}").body["product"]["images"] == []


def test_a_body_without_a_length_is_cut_off_at_its_limit(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    product = make_product(shop, mei)["id"]
    head = (
        f"POST /api/v1/products/{product}/images HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer {mei}\r\n"
        "Content-Type: image/jpeg\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunk = bytes(64 * 1024)
    with socket.create_connection(("127.0.0.1", shop.port), timeout=20) as line:
        line.sendall(head.encode())
        for _ in range(BYTES_MAX // len(chunk) + 1):
            line.sendall(b"10000\r\n" + chunk + b"\r\n")
        assert line.recv(12) == b"HTTP/1.1 413", "answered though the body never ends"
    assert shop.call("GET", f"products/{product}").body["product"]["images"] == []


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (picture("PNG", (1, 1)), "image/png"),
        (picture(mode="CMYK"), "image/jpeg"),
        (picture("WEBP"), "image/jpeg"),
        (picture("PNG"), "application/octet-stream"),
    ],
)
def test_the_content_decides_and_not_what_it_is_called(shop: RunningShop, raw: bytes, kind: str) -> None:
    mei = shop.log_in("mei")
    product = make_product(shop, mei)["id"]
    assert sent(shop, product, raw, mei, kind=kind)[0] == 201


def test_what_hides_in_a_picture_is_not_served(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    product = make_product(shop, mei)["id"]
    status, body = sent(shop, product, polyglot(), mei)
    assert status == 201
    assert MARK not in fetched(shop, body["product"]["images"][0])[2]


@pytest.mark.parametrize(
    "path",
    [
        "/images/",
        "/images/x.webp",
        f"/images/{'0a' * 32}-1200.webp",
        f"/images/{'0a' * 32}-1200.png",
        "/images/../secret",
        "/images/..%2f..%2fsecret",
        "/images/%2e%2e%2fsecret",
        "/images/..%2f..%2flivecart.db",
        "/images/%00-1200.webp",
    ],
)
def test_nothing_but_pictures_is_served_there(shop: RunningShop, path: str) -> None:
    assert fetched(shop, path)[0] == 404


def test_pictures_are_ordered_and_taken_away(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    product = make_product(shop, mei)["id"]
    for side in (11, 12, 13):
        _, body = sent(shop, product, picture(size=(side, side)), mei)
    one, two, three = body["product"]["images"]
    path = f"products/{product}/images"
    answer = shop.call("PUT", path, {"images": [three, one]}, token=mei)
    assert (answer.status, answer.body["product"]["images"]) == (200, [three, one])
    assert shop.call("PUT", path, {"images": [two]}, token=mei).status == 400
    assert shop.call("PUT", path, {"images": ["https://shop.example/x.png"]}, token=mei).status == 400
    assert fetched(shop, two)[0] == 200, "who still has the address may see it for a while"


def test_another_sellers_product_does_not_exist(shop: RunningShop) -> None:
    mei, other, viewer = shop.log_in("mei"), add_with_role(shop, "creator"), register(shop)
    product = make_product(shop, mei)["id"]
    edit = {"title": "Mine now", "variants": []}
    for token, status in ((other, 404), (viewer, 403)):
        assert sent(shop, product, picture(), token)[0] == status
        assert shop.call("PUT", f"products/{product}/images", {"images": []}, token=token).status == status
        assert shop.call("PUT", f"products/{product}", edit, token=token).status == status
    assert shop.call("PUT", f"products/{product}", edit).status == 401
    assert shop.call("POST", f"products/{product}/images", "x", Content_Type="image/png").status == 401
    # Nothing is read before that is known: a refusal comes although the body would be too large as well.
    assert sent(shop, product, bytes(2 * BYTES_MAX), other)[0] == 404


def test_an_edit_reaches_the_page_and_the_bag(shop: RunningShop) -> None:
    mei, ana = shop.log_in("mei"), shop.log_in("ana")
    product = make_product(shop, mei, stock=3)
    show = make_show(shop, mei, [product["id"]])["show"]["id"]
    variant = product["variants"][0]["id"]
    title = f"Bowl {uuid4().hex}"
    edit = {
        "title": title,
        "url": "https://BÜCHER.example/bowl",
        "variants": [
            {"id": variant, "title": "White", "price_minor": 250},
            {"title": "Black", "price_minor": 300, "prices": [{"amount_minor": 9, "currency": "JPY"}]},
        ],
    }
    answer = shop.call("PUT", f"products/{product['id']}", edit, token=mei)
    assert answer.status == 200
    changed = answer.body["product"]
    assert (changed["title"], changed["url"]) == (title, "https://xn--bcher-kva.example/bowl")
    assert [(each["title"], each["price_minor"], each["available"]) for each in changed["variants"]] == [
        ("White", 250, 3),
        ("Black", 300, 0),
    ]
    off = shop.call("PUT", f"products/{product['id']}", {**edit, "variants": [], "on_sale": False}, token=mei)
    assert off.body["product"]["on_sale"] is False
    refused = shop.call(
        "POST", "orders", {"show": show, "variant": variant, "quantity": 1}, token=ana, Idempotency_Key=str(uuid4())
    )
    assert (refused.status, refused.body["code"]) == (409, "not_on_sale")
    assert shop.call("GET", f"products?q={title.split()[1]}").body["products"] == []
    mine = shop.call("GET", "products?mine=1&limit=200", token=mei).body["products"]
    assert product["id"] in [each["id"] for each in mine]


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": None},
        {"url": "http://shop.example/"},
        {"url": "https://ana@shop.example/"},
        {"url": "https://localhost/"},
        {"currency": "JPY"},
        {"on_sale": "yes"},
        {"variants": [{"title": "A", "price_minor": 1.5}]},
        {"variants": [{"title": "A", "price_minor": 10**13}]},
        {"variants": [{"id": "nothing", "title": "A", "price_minor": 1}]},
        {"variants": [{"title": "A", "price_minor": 1, "prices": [{"amount_minor": 1, "currency": "yen"}]}]},
    ],
)
def test_an_edit_that_breaks_a_rule_is_refused(shop: RunningShop, change: dict[str, object]) -> None:
    mei = shop.log_in("mei")
    product = make_product(shop, mei)
    answer = shop.call("PUT", f"products/{product['id']}", {"title": "Cup", "variants": [], **change}, token=mei)
    assert answer.status == 400
    assert shop.call("GET", f"products/{product['id']}").body["product"] == product


def test_the_interface_is_described(shop: RunningShop) -> None:
    paths = shop.call("GET", "/api/openapi.json").body["paths"]
    upload = paths["/api/v1/products/{product}/images"]["post"]
    assert "image/webp" in upload["requestBody"]["content"]
    assert {"/api/v1/cart", "/api/v1/cart/checkout", "/api/v1/sales", "/api/v1/sales.csv"} <= set(paths)
