"""The socket on which the server listens: made to send each answer at once.

Streamlit makes it without naming the protocol, and asyncio turns TCP_NODELAY on only where TCP is named
(https://github.com/Kludex/uvicorn/issues/3149). Without it an answer's body waits until the browser has acknowledged
its headers, which a browser puts off: on Linux for 40 ms.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path
from stat import S_ISSOCK

OPEN_FILES = Path("/dev/fd")  # of this process; not on Windows, where all stays as it was


def send_at_once() -> None:
    """Turn TCP_NODELAY on for all connections that this process will accept; they inherit it from the listener."""
    for number in _sockets():
        with suppress(OSError), socket.socket(fileno=os.dup(number)) as one:
            if _listens(one):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _sockets() -> list[int]:
    found: list[int] = []
    for file in OPEN_FILES.iterdir() if OPEN_FILES.is_dir() else ():
        with suppress(OSError):  # listing the folder opened one more, which is closed by now
            if S_ISSOCK(os.fstat(int(file.name)).st_mode):
                found.append(int(file.name))
    return found


def _listens(one: socket.socket) -> bool:
    is_tcp = one.family in (socket.AF_INET, socket.AF_INET6) and one.type == socket.SOCK_STREAM
    return is_tcp and one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
