"""Viewers' and creators' pages in Chinese, as the browser prefers or as was chosen, and none wider than its window."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.steps import PASSWORD, Pictures
from tests.support.accessible import violations
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.full import in_full
from tests.support.people import make_product, make_show, with_key
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


def enter(page: Page, handle: str) -> None:
    page.get_by_role("banner").get_by_role("button", name="登录").click()
    form = page.locator("form").filter(has=page.get_by_label("密码"))
    form.get_by_role("textbox", name="用户名").fill(handle)
    form.get_by_label("密码").fill(PASSWORD)
    form.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def fits(page: Page) -> None:
    inside = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert inside, page.url


def look(page: Page, pictures: Pictures, name: str) -> None:
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    expect(page.get_by_role("combobox", name="页面语言")).to_have_value("zh")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    fits(page)
    assert violations(page) == []
    pictures.take(page, f"zh-{name}")


@pytest.mark.parametrize(
    ("viewport", "size"), [(PHONE, "phone"), pytest.param(DESKTOP, "desktop", marks=in_full)], ids=["phone", "desktop"]
)
def test_a_chinese_browser_is_spoken_to_in_chinese(
    tmp_path: Path, browser: Browser, pictures: Pictures, viewport: dict[str, int], size: str
) -> None:
    with RunningShop(tmp_path / "data") as shop:
        mei, lin = shop.log_in("mei"), shop.log_in("lin")
        product = make_product(shop, mei, price_minor=129_900)
        show = make_show(shop, mei, [product["id"]])["show"]["id"]
        wanted = {"variant": product["variants"][0]["id"], "quantity": 1}
        assert with_key(shop, "cart/lines", wanted, lin, method="PUT").status == 200

        viewer = visit(browser, viewport, locale="zh-CN")
        page = viewer.page
        page.goto(shop.url)
        expect(page.get_by_role("heading", name="正在直播")).to_be_visible()
        look(page, pictures, f"home-{size}")
        enter(page, "lin")
        page.goto(f"{shop.url}/s/{show}")
        # On a phone the bag is a sheet.
        sheet, list_ = page.get_by_role("button", name="购物袋"), page.get_by_role("region", name="购物袋")
        expect(sheet if viewport == PHONE else list_).to_be_visible()
        expect(page.get_by_text("主播还没开播")).to_be_visible()
        look(page, pictures, f"room-{size}")
        # On a phone's one line, too: the picture needs the room.
        assert page.get_by_role("banner").evaluate("(banner) => banner.clientHeight") < 70
        page.goto(f"{shop.url}/orders")
        cart = page.get_by_role("region", name="购物车")
        expect(cart.get_by_text("¥1,299.00").first).to_be_visible()
        expect(page.get_by_role("region", name="钱包")).to_be_visible()
        look(page, pictures, f"orders-{size}")

        creator = visit(browser, viewport, locale="zh-CN")
        creator.page.goto(f"{shop.url}/studio")
        enter(creator.page, "mei")
        expect(creator.page.get_by_role("button", name="新建选题")).to_be_visible()
        expect(creator.page.get_by_role("region", name="优惠券")).to_be_visible()
        expect(creator.page.get_by_role("region", name="钱包").get_by_text("¥").first).to_be_visible()
        look(creator.page, pictures, f"studio-{size}")
        creator.page.goto(f"{shop.url}/studio?show={show}")
        expect(creator.page.get_by_role("region", name="红包")).to_be_visible()
        look(creator.page, pictures, f"studio-show-{size}")
        assert creator.faults == []

        # English, on every page from now on, with English numbers.
        page.get_by_role("combobox", name="页面语言").select_option("en")
        expect(page.get_by_role("region", name="Cart").get_by_text("CN¥1,299.00").first).to_be_visible()
        for path, heading in (("/", "Live now"), (f"/s/{show}", "Chat"), ("/orders", "Orders")):
            page.goto(f"{shop.url}{path}")
            expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
            expect(page.get_by_role("combobox", name="Page shown in")).to_have_value("en")
            expect(page.get_by_role("banner")).not_to_have_text(re.compile("登录|订单"))
            fits(page)
            assert page.get_by_role("banner").evaluate("(banner) => banner.clientHeight") < 70, path
            pictures.take(page, f"en-{heading}-{size}")
        assert viewer.faults == []
