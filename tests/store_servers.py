"""Databases for tests of the store: a fresh SQLite file, or a fresh database of a private PostgreSQL server."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

KINDS = ("sqlite", "postgresql")
MISSING = (
    "PostgreSQL's server programs are not on this machine (Debian: apt-get install postgresql): its half is not run"
)
_numbers = count(1)


def fresh_db(kind: str, folder: Path) -> str:
    """The address of an empty database."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'incidents.sqlite'}"
    port = _server()
    if port is None:
        pytest.skip(MISSING)
    name = f"incidents_{next(_numbers)}"
    with psycopg.connect(f"postgresql://incidents@127.0.0.1:{port}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"postgresql+psycopg://incidents@127.0.0.1:{port}/{name}"


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@cache
def _server() -> int | None:
    """Start a private server, as another user where we are root, and stop it when the tests end."""
    programs = _programs()
    if programs is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="incidents-pg-", dir="/tmp"))
    user = _other_user(folder)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    data = str(folder / "data")
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    init = [programs / "initdb", "-D", data, "-A", "trust", "-U", "incidents", "-E", "UTF8", "--locale=C", "--no-sync"]
    start = [programs / "pg_ctl", "-D", data, "-o", settings, "-w", "-l", str(folder / "log"), "start"]
    for arguments in (init, start):
        done = subprocess.run(
            arguments, user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
    stop = [str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop"]
    atexit.register(_stop, stop, user, folder, os.getpid())
    return port


def _other_user(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, user)
    return user


def _stop(arguments: list[str], user: str | None, folder: Path, owner: int) -> None:
    if os.getpid() == owner:
        subprocess.run(arguments, user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        shutil.rmtree(folder, ignore_errors=True)
