"""Frames: complete at the marker, at another time stamp, or after 5 ms; audio rides behind a running one."""

from __future__ import annotations

from media.core.frames import FrameCollector, Packet


def packet(sequence: int, timestamp: int, *, marker: bool = False) -> Packet:
    return Packet(sequence, timestamp, marker, b"")


def test_the_marker_completes_a_frame() -> None:
    collector = FrameCollector()
    assert collector.video(packet(1, 9), 0.0) == []
    [frame] = collector.video(packet(2, 9, marker=True), 0.001)
    assert [item.sequence for item in frame.video] == [1, 2]
    assert frame.arrived == 0.0
    assert collector.deadline() is None


def test_another_time_stamp_completes_a_frame_whose_end_was_lost() -> None:
    collector = FrameCollector()
    collector.video(packet(1, 9), 0.0)
    [frame] = collector.video(packet(3, 10), 0.002)
    assert [item.sequence for item in frame.video] == [1]
    assert collector.deadline() == 0.007


def test_a_slow_frame_goes_out_after_five_milliseconds() -> None:
    collector = FrameCollector()
    collector.video(packet(1, 9), 1.0)
    assert collector.poll(1.004) == []
    [frame] = collector.poll(1.005)
    assert len(frame.video) == 1
    assert collector.poll(2.0) == []


def test_audio_waits_for_the_next_frame_of_a_running_video() -> None:
    collector = FrameCollector()
    collector.video(packet(1, 9, marker=True), 0.0)
    assert collector.audio(packet(50, 1), 0.010) == []
    [frame] = collector.video(packet(2, 10, marker=True), 0.020)
    assert ([item.sequence for item in frame.video], [item.sequence for item in frame.audio]) == ([2], [50])


def test_audio_waits_at_most_fifteen_milliseconds() -> None:
    collector = FrameCollector()
    collector.video(packet(1, 9, marker=True), 0.0)
    collector.audio(packet(50, 1), 0.010)
    assert collector.poll(0.024) == []
    [frame] = collector.poll(0.025)
    assert (len(frame.video), len(frame.audio)) == (0, 1)


def test_audio_alone_does_not_wait() -> None:
    [frame] = FrameCollector().audio(packet(50, 1), 5.0)
    assert len(frame.audio) == 1


def test_a_frame_without_end_is_cut() -> None:
    collector = FrameCollector()
    frames = [frame for number in range(300) for frame in collector.video(packet(number, 9), 0.0)]
    assert [len(frame.video) for frame in frames] == [128, 128]
