"""Offers and answers: what is accepted, what is refused, and what an answer promises."""

from __future__ import annotations

import pytest
from aiortc.sdp import SessionDescription

from media.core.codecs import OPUS, VP8, Codec, choose_payload_type
from media.core.negotiation import (
    AUDIO_LEVEL_URI,
    MID_URI,
    REPAIRED_RID_URI,
    RID_URI,
    Answer,
    LocalTransport,
    answer_publisher,
    answer_viewer,
)
from media.core.terms import agreed
from media.errors import BadSdpError, NoCommonCodecError
from media.formats import parse_offer

LOCAL = LocalTransport("ourufrag", "ourpassword" * 3, "AA:BB", ("127.0.0.1", "fd00::2"), 8_443)
HEAD = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2 3 4 5 6 7 8 9 10 11\r\n"
SECURITY = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 AB:CD\r\n"
H264 = Codec("video", "h264", 90_000, "constrained_baseline")


def line(mid: int, kind: str, direction: str, codecs: dict[int, str], *more: str, setup: str = "actpass") -> str:
    lines = [f"m={kind} 9 UDP/TLS/RTP/SAVPF {' '.join(map(str, codecs))}", "c=IN IP4 0.0.0.0", f"a=mid:{mid}"]
    lines += [f"a={direction}", "a=rtcp-mux", f"a=setup:{setup}", *more]
    for number, codec in codecs.items():
        name, _, parameters = codec.partition(" ")
        lines.append(f"a=rtpmap:{number} {name}")
        if parameters:
            lines.append(f"a=fmtp:{number} {parameters}")
        if kind == "video" and not name.startswith("rtx"):
            lines += [f"a=rtcp-fb:{number} {item}" for item in BROWSER_FEEDBACK]
    return "\r\n".join(lines) + "\r\n" + SECURITY


BROWSER_FEEDBACK = ("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli")
BROWSER_VIDEO = {
    96: "VP8/90000",
    97: "rtx/90000 apt=96",
    102: "H264/90000 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f",
    104: "H264/90000 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f",
    106: "H264/90000 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    112: "H264/90000 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f",
    98: "VP9/90000 profile-id=0",
    45: "AV1/90000",
}
BROWSER_AUDIO = {111: "opus/48000/2 minptime=10;useinbandfec=1", 63: "red/48000/2 111/111", 0: "PCMU/8000"}


def publish(body: str) -> Answer:
    return answer_publisher(parse_offer(HEAD + body), LOCAL)


def watch(body: str) -> Answer:
    return answer_viewer(parse_offer(HEAD + body), LOCAL, lambda kind, slot: 1_000 * slot + len(kind))


def test_a_publisher_gets_what_is_forwardable_and_no_more() -> None:
    answer = publish(line(0, "audio", "sendonly", BROWSER_AUDIO) + line(1, "video", "sendonly", BROWSER_VIDEO))
    audio, video = SessionDescription.parse(answer.sdp).media
    assert [codec.payloadType for codec in audio.rtp.codecs] == [111]
    assert [codec.payloadType for codec in video.rtp.codecs] == [96, 102, 106, 112, 97]
    assert "a=fmtp:97 apt=96\r\n" in answer.sdp
    assert dict(answer.lines[1].rtx) == {96: 97}
    assert (audio.direction, video.direction) == ("recvonly", "recvonly")
    feedback = {(item.type, item.parameter) for item in video.rtp.codecs[0].rtcpFeedback}
    assert feedback == {("goog-remb", None), ("ccm", "fir"), ("nack", None), ("nack", "pli")}
    assert answer.lines[1].nacked == {96, 102, 106, 112}
    assert answer.dtls_role == "server"


def test_the_answer_is_ice_lite_with_a_candidate_per_address_on_one_port() -> None:
    answer = publish(line(0, "audio", "sendonly", BROWSER_AUDIO) + line(1, "video", "sendonly", BROWSER_VIDEO))
    assert "\r\na=ice-lite\r\n" in answer.sdp
    assert "\r\na=group:BUNDLE 0 1\r\n" in answer.sdp
    for media in SessionDescription.parse(answer.sdp).media:
        assert [(item.ip, item.port, item.type) for item in media.ice_candidates] == [
            ("127.0.0.1", 8_443, "host"),
            ("fd00::2", 8_443, "host"),
        ]
        assert media.ice_candidates[0].priority > media.ice_candidates[1].priority
        assert media.rtcp_mux
        assert media.dtls is not None
        assert media.dtls.role == "server"


def test_a_peer_that_is_passive_makes_us_the_client() -> None:
    answer = publish(line(0, "audio", "sendonly", BROWSER_AUDIO, setup="passive"))
    assert answer.dtls_role == "client"
    assert "a=setup:active\r\n" in answer.sdp


DATA = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\na=sctp-port:5000\r\n"


def test_what_cannot_be_forwarded_keeps_its_place_with_port_zero() -> None:
    body = (
        line(0, "video", "sendonly", {98: "VP9/90000"})
        + line(1, "audio", "sendonly", BROWSER_AUDIO)
        + DATA
        + line(3, "audio", "sendonly", BROWSER_AUDIO)
        + line(4, "video", "recvonly", BROWSER_VIDEO)
    )
    answer = publish(body)
    medias = SessionDescription.parse(answer.sdp).media
    assert [media.port for media in medias] == [0, 9, 0, 0, 0]
    assert [media.rtp.muxId for media in medias] == ["0", "1", "2", "3", "4"]
    assert {media.direction for media in medias if media.port == 0} == {"inactive"}
    assert "a=group:BUNDLE 1\r\n" in answer.sdp


def test_a_viewer_gets_a_slot_per_line_of_a_kind_with_fixed_ssrcs_and_one_stream_per_slot() -> None:
    kinds = ["audio", "video"] * 5
    body = "".join(
        line(mid, kind, "recvonly", BROWSER_AUDIO if kind == "audio" else BROWSER_VIDEO)
        for mid, kind in enumerate(kinds)
    )
    answer = watch(body)
    assert [(item.kind, item.slot) for item in answer.lines] == [(kind, i // 2) for i, kind in enumerate(kinds[:8])]
    medias = SessionDescription.parse(answer.sdp).media
    assert [media.port for media in medias[8:]] == [0, 0]
    for index, media in enumerate(medias[:8]):
        slot = index // 2
        rtx = [1_000 * slot + 3] if media.kind == "video" else []
        assert [item.ssrc for item in media.ssrc] == [1_000 * slot + 5, *rtx]
        assert [list(group.items) for group in media.ssrc_group] == ([[1_000 * slot + 5, *rtx]] if rtx else [])
        assert media.msid == f"slot-{slot} slot-{slot}-{media.kind}"
        assert media.direction == "sendonly"


def test_lines_that_are_offered_by_the_bundle_alone_are_taken() -> None:
    # As Firefox 153 offers all but the first when the bundle policy is max-bundle.
    offered = line(0, "video", "recvonly", BROWSER_VIDEO) + line(1, "audio", "recvonly", BROWSER_AUDIO, "a=bundle-only")
    lines = watch(offered.replace("m=audio 9", "m=audio 0")).lines
    assert [(each.kind, each.slot) for each in lines] == [("video", 0), ("audio", 0)]


@pytest.mark.parametrize("more", [(), ("a=bundle-only",)])
def test_a_line_with_port_zero_is_refused_unless_the_bundle_has_it(more: tuple[str, ...]) -> None:
    # The first is not marked, the second is in no group.
    mid = 1 if not more else 12
    offered = line(0, "video", "recvonly", BROWSER_VIDEO) + line(mid, "audio", "recvonly", BROWSER_AUDIO, *more)
    answer = watch(offered.replace("m=audio 9", "m=audio 0"))
    assert [each.kind for each in answer.lines] == ["video"]
    assert "m=audio 0 " in answer.sdp


def test_a_line_that_a_viewer_offers_inactive_leaves_its_slot_out() -> None:
    offered = [("video", "inactive"), ("audio", "inactive"), ("video", "recvonly"), ("audio", "recvonly")]
    body = "".join(
        line(mid, kind, direction, BROWSER_AUDIO if kind == "audio" else BROWSER_VIDEO)
        for mid, (kind, direction) in enumerate(offered)
    )
    answer = watch(body)
    assert [(item.kind, item.slot) for item in answer.lines] == [("video", 1), ("audio", 1)]
    assert [media.port for media in SessionDescription.parse(answer.sdp).media] == [0, 0, 9, 9]


TRANSPORT_CC = "a=extmap:%s http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"


def test_transport_wide_feedback_is_answered_to_publishers_alone() -> None:
    extra = ("a=extmap:2/sendrecv urn:other", TRANSPORT_CC % 3)
    answer = publish(line(0, "video", "sendonly", BROWSER_VIDEO, *extra))
    assert TRANSPORT_CC % 3 in answer.sdp
    assert "a=rtcp-fb:96 transport-cc\r\n" in answer.sdp
    assert "urn:other" not in answer.sdp
    assert agreed(answer.lines).transport_cc == 3
    answer = watch(line(0, "video", "recvonly", BROWSER_VIDEO, *extra))
    assert "extmap" not in answer.sdp
    assert "transport-cc" not in answer.sdp


def test_audio_levels_are_answered_to_publishers_of_sound_alone() -> None:
    level = f"a=extmap:1 {AUDIO_LEVEL_URI}"
    answer = publish(
        line(0, "audio", "sendonly", BROWSER_AUDIO, level) + line(1, "video", "sendonly", BROWSER_VIDEO, level)
    )
    assert answer.sdp.count(level) == 1
    assert agreed(answer.lines).audio_level == 1
    assert "extmap" not in watch(line(0, "audio", "recvonly", BROWSER_AUDIO, level)).sdp


@pytest.mark.parametrize("identifier", ["0", "15", "200", "-3"])
def test_an_extension_id_that_needs_the_long_form_is_not_answered(identifier: str) -> None:
    answer = publish(line(0, "video", "sendonly", BROWSER_VIDEO, TRANSPORT_CC % identifier))
    assert "extmap" not in answer.sdp
    assert "transport-cc" not in answer.sdp


def test_retransmissions_are_matched_by_the_offers_groups() -> None:
    extra = ("a=ssrc-group:FID 11 12", "a=ssrc-group:FEC-FR 11 13", "a=ssrc-group:FID 14")
    answer = publish(line(0, "video", "sendonly", BROWSER_VIDEO, *extra))
    terms = agreed(answer.lines)
    assert (terms.repaired, terms.originals) == ({12: 11}, {97: 96})


def test_a_simulcast_offer_is_accepted_without_simulcast() -> None:
    extra = ("a=rid:q send", "a=rid:h send", "a=simulcast:send q;h")
    answer = publish(line(0, "video", "sendonly", BROWSER_VIDEO, *extra))
    assert "simulcast" not in answer.sdp
    assert "a=rid" not in answer.sdp


NAMED = (f"a=extmap:9 {MID_URI}", f"a=extmap:10 {RID_URI}", f"a=extmap:11 {REPAIRED_RID_URI}")
LAYERED = ("a=rid:l send", "a=rid:m send", "a=rid:h send", "a=simulcast:send l;m;h")


def layered(*more: str) -> Answer:
    return publish(line(0, "video", "sendonly", BROWSER_VIDEO, *more))


def test_three_layers_are_taken_with_the_extensions_that_name_them() -> None:
    answer = layered(*NAMED, *LAYERED)
    for wanted in (*NAMED, "a=rid:l recv", "a=rid:m recv", "a=rid:h recv", "a=simulcast:recv l;m;h"):
        assert f"\r\n{wanted}\r\n" in answer.sdp
    assert answer.lines[0].rids == ("l", "m", "h")
    assert "send" not in answer.sdp.replace("a=sendonly", "").partition("a=simulcast")[2].partition("\r\n")[0]


@pytest.mark.parametrize(
    ("simulcast", "taken"),
    [
        ("send l;m;h", ("l", "m", "h")),
        ("send h;m;l", ("h", "m", "l")),
        ("send ~l;m;~h", ("l", "m", "h")),
        ("send l,m;h", ("l", "h")),
        ("send ~l,~m;~h", ("l", "h")),
        ("recv x send l;m", ("l", "m")),
        ("send l;m recv x", ("l", "m")),
        ("send l;l;m", ("l", "m")),
        ("send l;x;h", ("l", "h")),
        ("send l;m;h;q;z", ("l", "m", "h")),
        ("send z;q;h;m;l", ("z", "q", "h")),
        ("send l", ("l",)),
        ("send x", ()),
        ("recv l;m", ()),
        ("send ;;;", ()),
        ("send ,", ()),
        ("send", ()),
        ("", ()),
        ("send ~", ()),
    ],
)
def test_layers_are_read_as_they_are_offered(simulcast: str, taken: tuple[str, ...]) -> None:
    named = (*NAMED, *LAYERED[:3], "a=rid:q send pt=96;max-width=1280", "a=rid:z send", "a=rid:x recv")
    answer = layered(*named, f"a=simulcast:{simulcast}")
    assert answer.lines[0].rids == taken
    assert ("a=simulcast:recv " + ";".join(taken) in answer.sdp) == bool(taken)
    assert answer.sdp.count("a=rid:") == len(taken)


@pytest.mark.parametrize(
    "rid",
    [
        "a=rid:",
        "a=rid:l",
        "a=rid: send",
        "a=rid:ü send",
        "a=rid:l sendrecv",
        "a=rid:" + "l" * 17 + " send",
        "a=rid:l;m send",
    ],
)
def test_a_layer_without_a_proper_name_is_left_out(rid: str) -> None:
    answer = layered(*NAMED, rid, "a=rid:m send", f"a=simulcast:send {rid[6:].partition(' ')[0]};m")
    assert answer.lines[0].rids == ("m",)


@pytest.mark.parametrize("more", [LAYERED[:3], ("a=simulcast:send l;m;h",), ("a=simulcast:send l;m;h", "a=rid:l recv")])
def test_names_without_layers_and_layers_without_names_are_no_simulcast(more: tuple[str, ...]) -> None:
    answer = layered(*NAMED, *more)
    assert answer.lines[0].rids == ()
    assert "extmap" not in answer.sdp


def test_layers_that_packets_cannot_name_are_not_taken() -> None:
    for identifier in ("0", "15", "255", "-1"):
        answer = layered(NAMED[0], f"a=extmap:{identifier} {RID_URI}", NAMED[2], *LAYERED)
        assert answer.lines[0].rids == ()
        assert "simulcast" not in answer.sdp
        assert "a=rid" not in answer.sdp


def test_repairs_may_go_without_a_name() -> None:
    answer = layered(*NAMED[:2], f"a=extmap:200 {REPAIRED_RID_URI}", *LAYERED)
    assert answer.lines[0].rids == ("l", "m", "h")
    assert agreed(answer.lines).repaired_rid == 0


def test_layers_are_for_publishers_of_video_alone() -> None:
    sound = publish(line(0, "audio", "sendonly", BROWSER_AUDIO, *NAMED, *LAYERED))
    assert sound.lines[0].rids == ()
    assert "simulcast" not in sound.sdp
    viewer = watch(line(0, "video", "recvonly", BROWSER_VIDEO, *NAMED, *LAYERED))
    assert viewer.lines[0].rids == ()
    assert "simulcast" not in viewer.sdp
    assert "a=rid" not in viewer.sdp


def test_the_layers_of_a_line_that_is_refused_are_not_those_of_the_next() -> None:
    answer = publish(
        line(0, "video", "sendonly", {98: "VP9/90000"}, *NAMED, *LAYERED) + line(1, "video", "sendonly", BROWSER_VIDEO)
    )
    assert answer.lines[0].rids == ()
    assert "simulcast" not in answer.sdp


@pytest.mark.parametrize("apt", ["apt=45", "rtx-time=3", "apt=97", "apt=-96", "apt=99999999999"])
def test_retransmissions_of_nothing_that_is_forwarded_are_not_answered(apt: str) -> None:
    answer = watch(line(0, "video", "recvonly", {96: "VP8/90000", 97: f"rtx/90000 {apt}", 45: "AV1/90000"}))
    assert dict(answer.lines[0].rtx) == {}
    assert "FID" not in answer.sdp
    assert "rtx/" not in answer.sdp


def test_feedback_is_answered_only_where_it_was_offered() -> None:
    offer = line(0, "video", "sendonly", BROWSER_VIDEO).replace("a=rtcp-fb:96 nack\r\n", "")
    [video] = SessionDescription.parse(publish(offer).sdp).media
    for codec in video.rtp.codecs[:4]:
        kinds = {(item.type, item.parameter) for item in codec.rtcpFeedback}
        assert (("nack", None) in kinds) == (codec.payloadType != 96)
        assert ("nack", "pli") in kinds


def test_an_offer_without_mid_or_bundle_is_answered_without() -> None:
    body = line(0, "video", "sendonly", BROWSER_VIDEO).replace("a=mid:0\r\n", "")
    answer = answer_publisher(parse_offer(HEAD.partition("a=group")[0] + body), LOCAL)
    assert "BUNDLE" not in answer.sdp
    assert "a=mid" not in answer.sdp


@pytest.mark.parametrize(
    "body",
    [
        line(0, "video", "sendonly", {98: "VP9/90000"}),
        line(0, "video", "recvonly", BROWSER_VIDEO),
        line(0, "video", "sendonly", {106: "H264/90000 profile-level-id=42e01f"}),
        line(0, "audio", "sendonly", {0: "PCMU/8000"}),
        line(0, "video", "sendonly", BROWSER_VIDEO).replace("m=video 9", "m=video 0"),
        line(0, "video", "sendonly", BROWSER_VIDEO).replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
    ],
)
def test_an_offer_with_nothing_to_forward_has_no_common_codec(body: str) -> None:
    with pytest.raises(NoCommonCodecError):
        publish(body)


GOOD = line(0, "video", "sendonly", BROWSER_VIDEO)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{}",
        HEAD,
        HEAD + GOOD.replace("a=fingerprint:sha-256 AB:CD\r\n", ""),
        HEAD + GOOD.replace("a=setup:actpass\r\n", ""),
        HEAD + GOOD.replace("a=rtcp-mux\r\n", ""),
        HEAD + GOOD.replace("a=setup:actpass", "a=setup:nonsense"),
        HEAD + GOOD + GOOD,
        HEAD + GOOD.replace("a=mid:0", "a=mid:" + "x" * 65),
        HEAD + GOOD.replace("a=mid:0", "a=mid:a b"),
        HEAD + GOOD.replace("m=video 9 UDP", "m=video x UDP"),
        HEAD + GOOD.replace("a=rtpmap:96 VP8/90000", "a=rtpmap:96 VP8"),
        HEAD + GOOD + "a=candidate:1\r\n",
        HEAD + GOOD + "a=ssrc:1\r\n",
        HEAD + GOOD + "a=fmtp:5 x=1\r\n",
        HEAD + GOOD + "a=extmap:x y\r\n",
        HEAD + GOOD + "a=rid\r\na=mid\r\na=fingerprint\r\n",
        HEAD + "".join(line(mid, "audio", "sendonly", BROWSER_AUDIO) for mid in range(33)),
        GOOD,
        "x" + HEAD + GOOD,
    ],
)
def test_malformed_offers_are_bad_sdp(text: str) -> None:
    with pytest.raises(BadSdpError):
        answer_publisher(parse_offer(text), LOCAL)


def test_a_viewer_gets_the_same_profile_or_one_that_decodes_it() -> None:
    high, baseline = Codec("video", "h264", 90_000, "high"), Codec("video", "h264", 90_000, "baseline")
    payloads = {96: VP8, 102: baseline, 106: H264, 112: high}
    assert choose_payload_type(payloads, H264) == 106
    assert choose_payload_type(payloads, high) == 112
    assert choose_payload_type(payloads, VP8) == 96
    assert choose_payload_type({112: high}, H264) == 112
    assert choose_payload_type({106: H264}, baseline) == 106
    assert choose_payload_type({106: H264}, high) is None
    assert choose_payload_type({96: VP8}, OPUS) is None
