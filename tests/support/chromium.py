"""Debian's Chromium with a camera and a microphone that it makes itself, and eyes for what a page does wrong."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Playwright, ViewportSize

from tests.support.accessible import violations
from tests.support.webrtc_stats import KEEP_PEERS

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
# A page that receives one video; answers its offer. The answer goes to `window.peer`.
WATCH = """
async () => {
  window.peer = new RTCPeerConnection();
  window.peer.addTransceiver("video", { direction: "recvonly" });
  window.peer.ontrack = ({ track }) => {
    const video = Object.assign(document.createElement("video"), { muted: true, autoplay: true });
    video.srcObject = new MediaStream([track]);
    document.body.append(video);
  };
  await window.peer.setLocalDescription();
  return window.peer.localDescription.sdp;
}
"""
PHONE = {"width": 375, "height": 740}
DESKTOP = {"width": 1280, "height": 800}


def find() -> str:
    """The system's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "no Chromium on PATH: `make test` installs it on Debian"
    return path


def launch(playwright: Playwright, path: str | None = None) -> Browser:
    """The system's Chromium: nothing is downloaded."""
    # Chromium's own notices of missing desktop services are none of ours.
    return playwright.chromium.launch(executable_path=path or find(), args=ARGUMENTS, env={**os.environ, "DISPLAY": ""})


@dataclass
class Visitor:
    """One person's browser; `faults` are the console errors and uncaught exceptions of all their pages."""

    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)

    def leave(self) -> None:
        """Goes, after a last look at the page for what shuts people out, in both schemes of colours."""
        found = violations(self.page, both=True)
        assert not found, f"{self.page.url}: {found}"
        self.context.close()

    def note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"{message.text} ({message.location.get('url')})")

    def note_error(self, error: Error) -> None:
        self.faults.append(str(error))


def visit(
    browser: Browser, viewport: dict[str, int], *, trusting: bool = False, touch: bool = False, locale: str = "en-US"
) -> Visitor:
    """`trusting`: takes any certificate, as a person does who clicks the warning away. `touch`: fingers do it."""
    size = ViewportSize(width=viewport["width"], height=viewport["height"])
    context = browser.new_context(viewport=size, ignore_https_errors=trusting, has_touch=touch, locale=locale)
    context.grant_permissions(["camera", "microphone"])
    context.add_init_script(KEEP_PEERS)
    page = context.new_page()
    visitor = Visitor(context, page)
    page.on("console", visitor.note_console)
    page.on("pageerror", visitor.note_error)
    return visitor
