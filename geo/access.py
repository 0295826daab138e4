"""Who may read and who may write: what an installation allows, against who asks and from where.

Pure rules. The pages and the routes both ask them, so that neither lets in whom the other keeps out.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import getaddresses
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geo.errors import InputError
from geo.settings import Settings

SHORTEST_TOKEN = 24
# A proxy adds one of these: then the neighbour on this machine speaks for somebody else.
PASSED_ON = frozenset(
    {"forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "cf-connecting-ip"}
)
PASSED_ON_PREFIX = "x-forwarded"
FALSE = frozenset({"false", "0", "no", ""})
HOW = "see docs/access.md"


@dataclass(frozen=True, slots=True)
class Policy:
    """What an installation allows.

    Attributes:
        loopback: Whether the server listens to this machine alone.
        login: Whether people can sign in.
        closed: Whether reading, too, needs a login or a token.
        editors: Who may write: e-mail address to the name that stands at what they decide.
        readers: Who else may read where reading is closed.
        tokens: SHA-256 of what programs show in order to read.
    """

    loopback: bool
    login: bool
    closed: bool = False
    editors: Mapping[str, str] = field(default_factory=dict)
    readers: frozenset[str] = frozenset()
    tokens: frozenset[bytes] = frozenset()

    @property
    def users(self) -> bool:
        """Whether users were configured at all; without, whoever sits at this machine may do everything."""
        return self.login or bool(self.editors or self.readers)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks.

    Attributes:
        peer: Address of the other end of the connection; None where it isn't known.
        headers: Of the request, names in small letters.
        claims: What the sign-in service says of the person; None for nobody, or where that can't be trusted.
    """

    peer: str | None
    headers: Mapping[str, str]
    claims: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """What one visitor may do.

    Attributes:
        editor: Name under which they may write; None when they may not.
        person: E-mail address of who is signed in.
        why_not: One line for somebody who may not write: why, and what to do.
    """

    may_read: bool
    editor: str | None = None
    person: str | None = None
    why_not: str = ""


def load_policy(settings: Settings, bound_to: str | None, login: bool) -> Policy:
    """The policy of an installation, its files of people read anew where they changed.

    Args:
        bound_to: Address that the server listens on; None or empty for all.

    Raises:
        InputError: for a list that can't be read, in one line.
    """
    return Policy(
        loopback=is_loopback(bound_to or ""),
        login=login,
        closed=settings.closed,
        editors=_people("INCIDENTS_EDITORS", settings.editors),
        readers=frozenset(_people("INCIDENTS_READERS", settings.readers)),
        tokens=_tokens(settings.read_tokens),
    )


def faults_of(policy: Policy) -> tuple[str, ...]:
    """What of a policy can't work, one line each, for whoever runs the app."""
    told = []
    if policy.users and not policy.login:
        told.append("INCIDENTS_EDITORS or INCIDENTS_READERS is set, but no sign-in service: nobody can write")
    if policy.login and not policy.editors:
        told.append("a sign-in service is set up, but INCIDENTS_EDITORS lists nobody: nobody can write")
    if policy.closed and not (policy.login or policy.tokens) and (policy.users or not policy.loopback):
        told.append("INCIDENTS_READING is closed, but there is no sign-in service and no token: nobody can read")
    return tuple(told)


def decide(policy: Policy, visitor: Visitor, local_user: str) -> Access:
    """What a visitor may do under a policy.

    Args:
        local_user: Name of who works at this machine.
    """
    if policy.loopback and not policy.users and is_local(visitor):
        return Access(True, local_user)
    address, verified = _address(visitor.claims) if policy.login else (None, False)
    known = address if verified else None
    editor = policy.editors.get(known or "")
    may_read = not policy.closed or bool(editor) or known in policy.readers or _has_token(policy, visitor)
    return Access(may_read, editor, address, "" if editor else _why_not(policy, address, verified))


def is_local(visitor: Visitor) -> bool:
    """Whether the visitor sits at this machine: every sign of where the request comes from must say so."""
    headers = visitor.headers
    if any(name in PASSED_ON or name.startswith(PASSED_ON_PREFIX) for name in headers):
        return False
    host = headers.get("host", "")
    own = headers.get("origin", f"http://{host}").partition("://")[2] == host  # no page of another program here
    return own and is_loopback(visitor.peer or "") and is_loopback(_host_of(host))


def is_loopback(address: str) -> bool:
    """Whether an address, or a host's name, is this machine's own."""
    name = address.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        found = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


def _host_of(netloc: str) -> str:
    """The host of `host:port`; nothing for what can't be read."""
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""


def _address(claims: Mapping[str, Any] | None) -> tuple[str | None, bool]:
    """The e-mail address of who signed in, and whether their sign-in service stands by it."""
    found = (claims or {}).get("email")
    if not isinstance(found, str) or not found.strip():
        return None, False
    verified = str((claims or {}).get("email_verified", True)).strip().lower() not in FALSE
    return _folded(found), verified


def _folded(address: str) -> str:
    """An address to compare by; other alphabets as they are, since some of their letters fold into Latin ones."""
    bare = address.strip()
    return bare.lower() if bare.isascii() else bare


def _why_not(policy: Policy, address: str | None, verified: bool) -> str:
    if not policy.login:
        return (
            "Writing is switched off: this server can be reached by others, and no sign-in service is set up; "
            if not policy.users
            else "Writing is switched off: editors are listed, but no sign-in service is set up; "
        ) + f"whoever runs it can switch it on, {HOW}."
    if not policy.editors:
        return f"Writing is switched off: no editors are listed (INCIDENTS_EDITORS), {HOW}."
    if address is None:
        return "Sign in as an editor to write."
    if not verified:
        return f"Your sign-in service has not verified the address {address}: confirm it there, then sign in again."
    return f"{address} may read, but is not listed as an editor."


def _has_token(policy: Policy, visitor: Visitor) -> bool:
    scheme, _, given = visitor.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return False
    digest = hashlib.sha256(given.strip().encode()).digest()
    return any(hmac.compare_digest(digest, held) for held in policy.tokens)


# --- lists of people and tokens -----------------------------------------------------------------------------------


def _people(variable: str, given: str | None) -> Mapping[str, str]:
    """E-mail address to name, of a list or of a file with one a line."""
    if not given:
        return {}
    listed = _parse_people(variable, given) if "@" in given else None
    return listed if listed is not None else _parse_people(variable, ",".join(_lines_of(variable, given)))


@lru_cache(maxsize=16)
def _parse_people(variable: str, text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, address in getaddresses([text]):
        if not name and not address:
            continue
        if address.count("@") != 1 or any(char.isspace() for char in address):
            raise InputError(f"{variable}: {address or name!r} is no e-mail address; like: Asma <asma@example.org>")
        key = _folded(address)
        found[key] = " ".join(name.split()) or key
    if text.count("@") != len(found):  # the parser leaves out what it can't read
        raise InputError(f"{variable}: not every address can be read, or one is there twice; like: Asma <asma@x.org>")
    twice = {name for name in found.values() if list(found.values()).count(name) > 1}
    if twice:
        raise InputError(f"{variable}: two people have the name {min(twice)!r}; nobody could tell who decided what")
    return found


def _tokens(given: str | None) -> frozenset[bytes]:
    if not given:
        return frozenset()
    parts = _lines_of("INCIDENTS_READ_TOKENS", given) if Path(given).expanduser().is_file() else given.split(",")
    tokens = [part.strip() for part in parts if part.strip()]
    if any(len(token) < SHORTEST_TOKEN for token in tokens):
        raise InputError(f"INCIDENTS_READ_TOKENS: a token needs {SHORTEST_TOKEN} characters or more")
    return frozenset(hashlib.sha256(token.encode()).digest() for token in tokens)


def _lines_of(variable: str, given: str) -> tuple[str, ...]:
    """The lines of a file without remarks; read anew when it changed, so that who is taken out is out at once."""
    path = Path(given).expanduser()
    try:
        stat = path.stat()
        return _read_lines(path, stat.st_mtime_ns, stat.st_size)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
        raise InputError(f"{variable}: {given} is neither a list nor a file that can be read ({reason})") from error


@lru_cache(maxsize=16)
def _read_lines(path: Path, _changed: int, _size: int) -> tuple[str, ...]:
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line)
