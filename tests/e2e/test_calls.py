"""Two of the audience come on stage: who sees and hears whom, with which picture in which tile, and nobody negotiates
again for it. Each camera has one colour and each microphone one tone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.call_stage import ANA, HOST, LIN, FirstFrame, Stage, picture, seen_and_heard, sound, speaking
from tests.e2e.steps import Pictures, eventually, sign_in
from tests.support.chromium import DESKTOP, PHONE
from tests.support.painted_camera import lines, shows, sounds, speak
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

# Far above what it takes, about a second: it tells a wait for something that never comes from a busy machine.
FIRST_FRAME_MS = 10_000
SMALLEST = {"width": 320, "height": 640}


def every_quality_is_in_sight(page: Page) -> None:
    for name in ("Auto", "High", "Medium", "Low"):
        expect(page.get_by_role("radio", name=name)).to_be_in_viewport(ratio=1)


@pytest.fixture
def stage(shop: RunningShop, browser: Browser) -> Iterator[Stage]:
    stage = Stage(shop, browser)
    yield stage
    stage.close()


def test_everybody_sees_and_hears_the_stage_and_nobody_negotiates_again(
    stage: Stage, pictures: Pictures, record_property: Callable[[str, object], None]
) -> None:
    wide, wide_offers = stage.viewer(DESKTOP)
    small, small_offers = stage.viewer(PHONE)
    ana = stage.caller("ana", ANA, PHONE, "about the second flush")
    expect(stage.desk.get_by_text("about the second flush")).to_be_visible()
    # Said where the host looks, too.
    stage.mei.get_by_role("button", name="1 person asks to speak").click()
    expect(stage.desk).to_be_in_viewport()
    lin = stage.caller("lin", LIN, DESKTOP)
    expect(lin.get_by_text("You are number 2 in line.")).to_be_visible()
    pictures.take(stage.mei, "studio-calls-queue")
    pictures.take(ana, "room-call-waiting")

    stage.desk.get_by_role("button", name="Accept Ana").click()
    dock = ana.get_by_role("region", name="Call in")
    dock.get_by_role("button", name="Camera and microphone").click()
    to_host = FirstFrame(ana, stage.mei, "Ana")
    dock.get_by_role("button", name="Go to the green room").click()
    green_ms = to_host.after_ms()
    eventually("the host sees the green room", lambda: shows(picture(stage.mei, "Ana"), ANA[0]))
    pictures.take(stage.mei, "studio-calls-green")
    pictures.take(ana, "room-call-green")
    assert picture(wide, "Ana").count() == 0, "the audience does not see the green room"
    to_audience = FirstFrame(stage.mei, wide, "Ana")
    stage.desk.get_by_role("button", name="Let in: Ana").click()
    seen_ms = to_audience.after_ms()
    figure = f"a caller is seen by the host {green_ms} ms after he comes, by all {seen_ms} ms after he is let in"
    record_property("figure", figure)
    assert 0 < seen_ms < FIRST_FRAME_MS
    assert 0 < green_ms < FIRST_FRAME_MS
    eventually("the audience sees the first caller", lambda: shows(picture(wide, "Ana"), ANA[0]))
    stage.seats(lin, "Lin")

    for page in (wide, small):
        live = page.get_by_label("Live video")
        seen_and_heard("the host", live, live, HOST)
        for name, looks in {"Ana": ANA, "Lin": LIN}.items():
            seen_and_heard(name, picture(page, name), sound(page, name), looks)
    pictures.take(wide, "room-stage-wide")
    pictures.take(small, "room-stage-phone")
    wide.get_by_role("button", name="Show all in a grid").click()
    small.get_by_role("button", name="Show all in a grid").click()
    pictures.take(wide, "room-grid-wide")
    pictures.take(small, "room-grid-phone")
    small.set_viewport_size({"width": SMALLEST["width"], "height": SMALLEST["height"]})
    pictures.take(small, "room-grid-320")
    small.get_by_role("button", name="Show the host large").click()
    pictures.take(small, "room-stage-320")

    # The stage: the host sees and hears both, a caller the others, and of himself his camera alone.
    for name, looks in {"Ana": ANA, "Lin": LIN}.items():
        seen_and_heard(f"{name} for the host", picture(stage.mei, name), sound(stage.mei, name), looks)
    for page, other, looks in ((ana, "Lin", LIN), (lin, "Ana", ANA)):
        page.get_by_role("button", name="Unmute", exact=True).click()
        live = page.get_by_label("Live video")
        seen_and_heard("the host for a caller", live, live, HOST)
        seen_and_heard(f"{other} for a caller", picture(page, other), sound(page, other), looks)
        assert sound(page, "You").evaluate("element => element.muted")
    assert shows(picture(ana, "You"), ANA[0])
    # On a low phone the signs stand in two columns, and none of them over what sends a line, nor a card over a button.
    ana.set_viewport_size({"width": 360, "height": 640})
    ana.get_by_role("button", name="Mute", exact=True).click(trial=True)
    ana.get_by_role("button", name="Quality").click()
    pictures.take(ana, "room-call-low")
    every_quality_is_in_sight(ana)
    ana.keyboard.press("Escape")
    ana.get_by_role("textbox", name="Message").fill("I hear you")
    ana.get_by_role("button", name="Send", exact=True).click()
    expect(wide.get_by_role("log", name="Chat").get_by_text("I hear you")).to_be_visible()
    ana.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    pictures.take(stage.mei, "studio-calls-stage")
    pictures.take(ana, "room-call-live")

    # Who speaks is marked for everybody, and large for who wants that: he is sent large then, and the host small.
    for silent in (stage.mei, lin):
        speak(silent, aloud=False)
    eventually("the speaker is marked", lambda: (speaking(wide), speaking(ana)) == ("Ana", "You"))
    # Pinned, since a busy machine looks like a bad line.
    small.get_by_role("button", name="Quality").click()
    every_quality_is_in_sight(small)
    small.get_by_role("radio", name="High").click()
    small.get_by_role("button", name="Show whoever speaks large").click()
    eventually("the speaker is large", lambda: lines(picture(small, "Ana")) == 360, 40)
    eventually("the host is small", lambda: lines(small.get_by_label("Live video")) == 180)
    assert shows(picture(small, "Ana"), ANA[0])
    pictures.take(small, "room-speaker-phone")
    speak(ana, aloud=False)
    speak(lin, aloud=True)
    eventually("another one speaks", lambda: speaking(wide) == "Lin")
    eventually("and is large", lambda: lines(picture(small, "Lin")) == 360, 40)

    # Captions: the host's browser writes them down, and who does not want to read them does not.
    stage.mei.get_by_role("button", name="Send captions").click()
    expect(wide.get_by_text("This tea was picked in April")).to_be_visible()
    pictures.take(wide, "room-captions-wide")
    pictures.take(small, "room-captions-phone")
    small.get_by_role("button", name="Hide captions").click()
    expect(small.get_by_text("This tea was picked in April")).to_have_count(0)
    stage.mei.get_by_role("button", name="Stop captions").click()

    ana.get_by_role("button", name="Leave the stage").click()
    expect(picture(wide, "Ana")).to_have_count(0)
    expect(dock.get_by_text("Your call is over.")).to_be_visible()
    stage.desk.get_by_role("button", name="End call: Lin").click()
    expect(picture(wide, "Lin")).to_have_count(0)
    expect(lin.get_by_text("The host has ended your call.")).to_be_visible()
    eventually("the host's picture goes on", lambda: shows(wide.get_by_label("Live video"), HOST[0]))
    assert (wide_offers.count, small_offers.count) == (1, 1)
    # Closing says goodbye over DTLS first: the relay may have forgotten the session when the DELETE comes.
    faults = [fault for visitor in stage.people for fault in visitor.faults]
    assert [fault for fault in faults if "404" not in fault or ("/whep/" not in fault and "/whip/" not in fault)] == []


def test_a_caller_who_reloads_comes_back_and_the_host_who_reloads_keeps_him(stage: Stage) -> None:
    viewer, offers = stage.viewer(DESKTOP)
    ana = stage.caller("ana", ANA, DESKTOP)
    stage.seats(ana, "Ana")
    eventually("the caller is seen", lambda: shows(picture(viewer, "Ana"), ANA[0]))
    ana.reload()
    expect(ana.get_by_text("You are on stage.")).to_be_visible(timeout=15_000)
    eventually("the caller is seen again", lambda: shows(picture(viewer, "Ana"), ANA[0]), 30)
    expect(viewer.get_by_text("Connection lost")).to_have_count(0)
    stage.mei.on("dialog", lambda dialog: dialog.accept())
    stage.mei.reload()
    eventually("the host sees the caller again", lambda: shows(picture(stage.mei, "Ana"), ANA[0]), 30)
    eventually("the caller is still seen", lambda: shows(picture(viewer, "Ana"), ANA[0]))
    assert offers.count == 1


def test_a_caller_whose_camera_is_refused_comes_with_the_microphone_alone(stage: Stage) -> None:
    viewer, _ = stage.viewer(DESKTOP)
    ana = stage.caller("ana", ANA, PHONE)
    ana.evaluate("window.noCamera = true")
    ana.get_by_role("button", name="Camera and microphone").click()
    expect(ana.get_by_role("alert").get_by_text("was not allowed")).to_be_visible()
    stage.seats(ana, "Ana", "Microphone only")
    eventually("the caller is heard", lambda: sounds(sound(viewer, "Ana"), ANA[1]))
    expect(viewer.get_by_role("list", name="On stage").get_by_text("Ana")).to_be_visible()
    # The host mutes him for everybody, and hides him from the audience.
    stage.desk.get_by_role("button", name="Mute: Ana").click()
    expect(viewer.get_by_role("img", name="Muted")).to_be_visible()
    expect(ana.get_by_text("The host has muted you.")).to_be_visible()
    stage.desk.get_by_role("button", name="Hide: Ana").click()
    expect(picture(viewer, "Ana")).to_have_count(0)
    stage.desk.get_by_role("button", name="Show: Ana").click()
    expect(picture(viewer, "Ana")).to_have_count(1)


def test_the_queue_is_searched_sorted_declined_and_cleared(stage: Stage) -> None:
    ana = stage.caller("ana", ANA, PHONE, "green tea")
    lin = stage.caller("lin", LIN, PHONE, "black tea")
    waiting = stage.desk.get_by_role("listitem")
    expect(waiting).to_have_count(2)
    stage.desk.get_by_role("combobox", name="Order").select_option("newest")
    expect(waiting.first).to_contain_text("Lin")
    stage.desk.get_by_role("searchbox", name="Search the queue").fill("green")
    expect(waiting).to_have_count(1)
    stage.desk.get_by_role("button", name="Decline Ana").click()
    dialog = stage.mei.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("after the break")
    dialog.get_by_role("button", name="Decline").click()
    expect(ana.get_by_text("“after the break”")).to_be_visible()
    stage.desk.get_by_role("searchbox", name="Search the queue").fill("")
    stage.desk.get_by_role("button", name="Clear the queue").click()
    stage.mei.get_by_role("dialog").get_by_role("button", name="Clear the queue").click()
    expect(waiting).to_have_count(0)
    expect(lin.get_by_role("button", name="OK")).to_be_visible()


def test_an_invitation_is_taken_without_a_place_in_the_line(stage: Stage) -> None:
    page = stage.painted(LIN, PHONE)
    page.goto(stage.link)
    sign_in(page, "lin")
    expect(page.get_by_role("button", name="Call in")).to_be_visible()
    stage.desk.get_by_role("textbox", name="Invite by handle").fill("lin")
    stage.desk.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("The host invites you on stage.")).to_be_visible()
    page.get_by_role("button", name="Yes, I am coming").click()
    page.get_by_role("button", name="Camera and microphone").click()
    page.get_by_role("button", name="Go to the green room").click()
    eventually("the host sees the guest", lambda: shows(picture(stage.mei, "Lin"), LIN[0]))
    page.get_by_role("button", name="Leave the stage").click()
    expect(page.get_by_role("button", name="Call in")).to_be_visible()
    expect(picture(stage.mei, "Lin")).to_have_count(0)
