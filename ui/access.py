"""Who uses this session, and what they may do: Streamlit's sign-in read for the rules of `geo.access`.

The identity cookie that `st.login` sets is verified here for pages and routes alike: Streamlit's own check ends with
its pages, and it looks at the cookie only when a session begins.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import streamlit as st
from starlette.requests import HTTPConnection
from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri, get_secrets_auth_section
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import AUTH_COOKIE_MAX_AGE_SECONDS, USER_COOKIE_NAME

from geo.access import Access, Policy, Visitor, decide, faults_of, is_loopback, load_policy
from geo.errors import InputError
from geo.settings import Settings

SHORTEST_SECRET = 32  # characters; with a shorter one a cookie could be forged
SECONDS_A_DAY = 86_400
NEEDED = ("client_id", "client_secret", "server_metadata_url")
_ended: set[str] = set()  # logins that were signed out; their cookies would be good for 30 days
NOBODY = Access(
    False, why_not="The lists of who may read and write cannot be read; whoever runs this app has to mend it."
)


def editor() -> str | None:
    """Name under which this session may write; None when it may only read."""
    return access().editor


def may_read() -> bool:
    """Whether this session may see the data."""
    return access().may_read


def access() -> Access:
    """What this session may do, at this moment."""
    context = st.context
    headers = {name.lower(): value for name, value in context.headers.items()}
    peer = context.ip_address or ("127.0.0.1" if headers else None)  # Streamlit gives None for this machine
    claims = signed_claims(context.cookies.to_dict()) if st.user.get("is_logged_in") else None
    return _decide(Visitor(peer, headers, claims))


def may_read_route(request: HTTPConnection) -> bool:
    """Whether a request for one of our own routes may be answered; Streamlit's sign-in doesn't cover them."""
    peer = request.client.host if request.client else None
    return _decide(Visitor(peer, dict(request.headers), signed_claims(request.cookies))).may_read


def check_settings() -> list[str]:
    """What is set wrong and doesn't stop the app, one line each.

    Raises:
        InputError: for a list of people that can't be read.
    """
    policy = _policy(_settings())
    told = list(_settings().warnings)
    if get_secrets_auth_section() and not policy.login:
        told.append(f"[auth] in secrets.toml is not used: {_fault_of_login()}")
    return [*told, *faults_of(policy)]


def providers() -> tuple[str | None, ...]:
    """The sign-in services of `[auth]`; None is the one without a name."""
    section = get_secrets_auth_section()
    named = [name for name, part in section.items() if isinstance(part, Mapping) and _complete(part)]
    return (*((None,) if _complete(section) else ()), *named)


def login_is_set_up() -> bool:
    """Whether people can sign in."""
    return _fault_of_login() is None


def sign_out() -> None:
    """Callback: end this login also in other tabs and wherever its cookie was copied to, as long as the app runs."""
    claims = signed_claims(st.context.cookies.to_dict())
    if claims:
        _ended.add(_mark(claims))
    st.logout()


def _mark(claims: Mapping[str, Any]) -> str:
    """What tells a login from another of the same person: when it was, and by which token."""
    return hashlib.sha256(json.dumps(claims, sort_keys=True).encode()).hexdigest()


def signed_claims(cookies: Mapping[str, str]) -> Mapping[str, Any] | None:
    """What the sign-in service said of the person, from a cookie that this server signed and that hasn't expired."""
    if not login_is_set_up():
        return None
    secret = get_cookie_secret()

    def verified(name: str) -> bytes | None:
        signed = cookies.get(name, "").encode("latin-1", "replace")
        return decode_signed_value(secret, name, signed, AUTH_COOKIE_MAX_AGE_SECONDS / SECONDS_A_DAY)

    raw = get_cookie_with_chunks(verified, USER_COOKIE_NAME)
    try:
        claims = json.loads(raw) if raw else None
    except ValueError:
        return None
    if not isinstance(claims, dict) or claims.get("is_logged_in") is not True or _mark(claims) in _ended:
        return None
    return claims if claims.get("origin") == get_origin_from_redirect_uri() else None


def _decide(visitor: Visitor) -> Access:
    try:
        policy = _policy(_settings())
    except InputError as error:  # a list of people was broken while the app runs: nobody is let in by it
        print(f"error: {error}", file=sys.stderr)
        return NOBODY
    return decide(policy, visitor, _local_user())


def listens_to_this_machine_alone() -> bool:
    """Whether the server can be reached from this machine alone."""
    return is_loopback(st.get_option("server.address") or "")


def _policy(settings: Settings) -> Policy:
    return load_policy(settings, st.get_option("server.address"), login_is_set_up())


def _fault_of_login() -> str | None:
    """What keeps people from signing in; None when nothing does."""
    section = get_secrets_auth_section()
    if not section:
        return "there is none"
    missing = [name for name in ("redirect_uri", "cookie_secret") if not section.get(name)]
    if missing or not providers():
        return f"{', '.join(missing or NEEDED)} missing"
    if len(str(section["cookie_secret"])) < SHORTEST_SECRET:
        return f"cookie_secret is shorter than {SHORTEST_SECRET} characters, so that a login could be forged"
    return None


def _complete(section: Mapping[str, Any]) -> bool:
    return all(section.get(name) for name in NEEDED)


@lru_cache(maxsize=1)
def _settings() -> Settings:
    return Settings.load()


@lru_cache(maxsize=1)
def _local_user() -> str:
    from geo.store.write import local_user  # noqa: PLC0415  (loads the database library)

    return local_user()
