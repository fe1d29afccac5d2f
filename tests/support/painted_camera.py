"""A camera of one colour and a microphone of one tone, so that a page's pictures and sounds can be told apart."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Locator, Page

_DEVICES = """
(([colour, hertz]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
  const pen = canvas.getContext("2d");
  let turn = 0;
  // Something has to move, or nothing is encoded.
  setInterval(() => {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 640, 360);
    pen.fillStyle = "#888";
    pen.fillRect((turn += 8) % 640, 0, 8, 8);
  }, 66);
  const tone = () => {
    const context = new AudioContext();
    const source = new OscillatorNode(context, { frequency: hertz });
    const out = context.createMediaStreamDestination();
    window.voice = new GainNode(context, { gain: 0.3 });
    source.connect(window.voice).connect(out);
    source.start();
    void context.resume();
    return out.stream.getAudioTracks();
  };
  navigator.mediaDevices.getUserMedia = async ({ video, audio }) => {
    if (window.noCamera && video) throw new DOMException("refused", "NotAllowedError");
    const pictures = video ? canvas.captureStream(15).getVideoTracks() : [];
    return new MediaStream([...pictures, ...(audio ? tone() : [])]);
  };
})"""
_COLOUR = """video => {
  if (video.videoWidth === 0) return null;
  const canvas = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0, 8, 8);
  return [...pen.getImageData(4, 4, 1, 1).data].slice(0, 3);
}"""
_TONE = """async media => {
  if (media.muted || media.srcObject === null) return null;
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
  const tracks = media.srcObject.getAudioTracks();
  if (tracks.length === 0) return null;
  context.createMediaStreamSource(new MediaStream(tracks)).connect(analyser);
  await context.resume();
  await new Promise(done => setTimeout(done, 400));
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  const loudest = bins.indexOf(Math.max(...bins));
  const hertz = bins[loudest] < -70 ? null : loudest * context.sampleRate / analyser.fftSize;
  await context.close();
  return hertz;
}"""
Colour = tuple[int, int, int]


def paint(context: BrowserContext, colour: Colour, hertz: int) -> None:
    """From the next page on, camera and microphone of this browser are these."""
    context.add_init_script(f"{_DEVICES}(['rgb({colour[0]} {colour[1]} {colour[2]})', {hertz}])")


def speak(page: Page, *, aloud: bool) -> None:
    """The microphone's tone is as loud as a voice, or next to nothing."""
    page.evaluate("loud => { window.voice.gain.value = loud ? 0.3 : 0.0005 }", aloud)


def lines(video: Locator) -> int:
    """How many lines the picture has that comes now."""
    return int(video.evaluate("video => Math.min(video.videoWidth, video.videoHeight)"))


def shows(video: Locator, colour: Colour, tolerance: int = 40) -> bool:
    """Whether the video shows this colour now."""
    seen = video.evaluate(_COLOUR)
    return seen is not None and all(abs(a - b) <= tolerance for a, b in zip(seen, colour, strict=True))


def sounds(element: Locator, hertz: int, tolerance: int = 15) -> bool:
    """Whether the loudest tone that the element plays is this one; of one that is muted nothing is heard."""
    heard = element.evaluate(_TONE)
    return heard is not None and abs(heard - hertz) <= tolerance
