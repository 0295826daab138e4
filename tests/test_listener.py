"""Answers leave at once: what a socket that listens hands on to its connections."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator

import pytest

from geo.api.listener import OPEN_FILES, send_at_once

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere connections may not inherit it")


@pytest.fixture(params=[socket.AF_INET, socket.AF_INET6], ids=["ipv4", "ipv6"])
def listener(request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    """Made as Streamlit and uvicorn make theirs, without naming the protocol: asyncio then leaves Nagle's way on."""
    made = socket.socket(request.param)
    try:
        made.bind(("127.0.0.1" if request.param == socket.AF_INET else "::1", 0))
    except OSError:
        made.close()
        pytest.skip("this machine has no such address")
    made.listen()
    yield made
    made.close()


def waits(listener: socket.socket) -> bool:
    """Whether a new connection holds small packets back until the last one was acknowledged."""
    with socket.create_connection(listener.getsockname()[:2]):
        accepted, _ = listener.accept()
        with accepted:
            return not accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_connections_of_a_listener_send_at_once(listener: socket.socket) -> None:
    assert waits(listener)
    before = sorted(OPEN_FILES.iterdir())
    send_at_once()
    assert not waits(listener)
    assert sorted(OPEN_FILES.iterdir()) == before  # nothing was closed, nothing left open


def test_other_files_are_left_alone(listener: socket.socket) -> None:
    reader, writer = os.pipe()
    one, other = socket.socketpair()
    with socket.create_connection(listener.getsockname()[:2]) as client, one, other:
        send_at_once()
        assert not client.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)  # it doesn't listen
        one.send(b"x")
        assert other.recv(1) == b"x"
    os.close(reader)
    os.close(writer)
