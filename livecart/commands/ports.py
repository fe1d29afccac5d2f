"""Is a port free? Asked before anything is started, so that the answer is one line and not a restart loop."""

from __future__ import annotations

import socket

from livecart.commands.fault import CommandError


def require_tcp(host: str, port: int) -> None:
    """Raises CommandError if HTTP cannot listen there."""
    _require(socket.SOCK_STREAM, host, port, "TCP", "--http HOST:PORT")


def require_udp(host: str, port: int) -> None:
    """Raises CommandError if media cannot listen there."""
    _require(socket.SOCK_DGRAM, host, port, "UDP", "--udp PORT")


def require_media_tcp(host: str, port: int) -> None:
    """Raises CommandError if media cannot take connections there."""
    _require(socket.SOCK_STREAM, host, port, "TCP", "--udp PORT, or set ice_tcp to false")


def _require(kind: socket.SocketKind, host: str, port: int, name: str, option: str) -> None:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=kind)[0]
        with socket.socket(family, kind) as probe:
            if kind is socket.SOCK_STREAM:
                # A port in TIME_WAIT is free for a server; one that somebody listens on is not.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        fault = error.strerror or str(error)
        raise CommandError(
            f"{name} port {port} on {host} cannot be used: {fault}; choose another with {option}"
        ) from error
