"""Stock aiortc with its MediaRelay: each picture is decoded once and encoded anew for each viewer."""

from __future__ import annotations

from typing import Any

import uvloop
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.contrib.media import MediaRelay

from bench.child import answer_requests


class Room:
    """A publisher's tracks and the connections that get them."""

    def __init__(self) -> None:
        self._relay = MediaRelay()
        self._tracks: dict[str, MediaStreamTrack] = {}
        self._connections: list[RTCPeerConnection] = []

    async def answer(self, request: dict[str, Any]) -> Any:
        """One request's answer."""
        match request:
            case {"do": "publish", "offer": offer}:
                connection = self._connection()
                connection.on("track", lambda track: self._tracks.update({track.kind: track}))
                return await self._answered(connection, offer)
            case {"do": "watch", "offer": offer}:
                connection = self._connection()
                await connection.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
                for transceiver in connection.getTransceivers():
                    track = self._relay.subscribe(self._tracks[transceiver.kind])
                    transceiver.sender.replaceTrack(track)
                    transceiver.direction = "sendonly"
                    if transceiver.kind == "video":
                        codecs = RTCRtpSender.getCapabilities("video").codecs
                        transceiver.setCodecPreferences([item for item in codecs if item.mimeType == "video/H264"])
                return await self._answered(connection, None)
            case _:
                return {}

    def _connection(self) -> RTCPeerConnection:
        self._connections.append(RTCPeerConnection(RTCConfiguration(iceServers=[])))
        return self._connections[-1]

    async def _answered(self, connection: RTCPeerConnection, offer: str | None) -> str:
        if offer is not None:
            await connection.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        return str(connection.localDescription.sdp)


if __name__ == "__main__":
    uvloop.run(answer_requests(Room().answer))
