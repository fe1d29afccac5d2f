"""What `ffmpeg -f whip` does, by PyAV's FFmpeg, as a process of its own: it negotiates without giving way.

python ffmpeg_whip.py URL FOLDER SECONDS GROUP
"""

from __future__ import annotations

import array
import datetime as dt
import fractions
import sys
import time
from pathlib import Path

import av
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def certificate(folder: Path) -> tuple[str, str]:
    """A P-256 certificate, as RFC 8827 wants it: FFmpeg with GnuTLS makes one of P-224, which OpenSSL 4 does
    not know."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ffmpeg")])
    now = dt.datetime.now(tz=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    (folder / "key.pem").write_bytes(private)
    return str(folder / "cert.pem"), str(folder / "key.pem")


def broadcast(url: str, files: tuple[str, str], seconds: float, group: str) -> None:
    """Picture and sound for so many seconds, with a key frame each `group` frames."""
    options = {"handshake_timeout": "5000", "cert_file": files[0], "key_file": files[1]}
    with av.open(url, "w", format="whip", options=options) as output:
        x264 = {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline", "bf": "0", "g": group}
        video = output.add_stream("libx264", rate=30, options=x264)
        video.width, video.height, video.pix_fmt = 320, 240, "yuv420p"
        audio = output.add_stream("libopus", rate=48_000)
        audio.layout = "stereo"
        started, samples = time.monotonic(), 0
        for number in range(int(seconds * 30)):
            picture = av.VideoFrame(320, 240, "yuv420p")
            for index, plane in enumerate(picture.planes):
                plane.update(bytes([128 if index else number * 3 % 256]) * plane.buffer_size)
            picture.pts, picture.time_base = number, fractions.Fraction(1, 30)
            output.mux(video.encode(picture))
            while samples < (number + 1) * 1_600:
                tone = av.AudioFrame(format="s16", layout="stereo", samples=960)
                tone.sample_rate, tone.pts, tone.time_base = 48_000, samples, fractions.Fraction(1, 48_000)
                tone.planes[0].update(array.array("h", [12_000, 12_000, -12_000, -12_000] * 480).tobytes())
                output.mux(audio.encode(tone))
                samples += 960
            time.sleep(max(0.0, started + number / 30 - time.monotonic()))


if __name__ == "__main__":
    broadcast(sys.argv[1], certificate(Path(sys.argv[2])), float(sys.argv[3]), sys.argv[4])
