"""Who may read and write: the rules as tables, the identity cookie, and a guard that no route can forget."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from itsdangerous import TimestampSigner
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from geo.access import Policy, Visitor, decide, faults_of, is_local, is_loopback, load_policy
from geo.api import AppState, routes
from geo.api.guard import Guarded, guarded
from geo.api.pages import static_files
from geo.errors import InputError
from geo.render import STATIC_ROUTE
from geo.settings import Settings
from tests.make_dataset import make_dataset
from ui import access as ui_access

SECRET = "a-secret-of-the-tests-which-signs-cookies"
HERE = {"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:8501"}
LOCAL = Visitor("127.0.0.1", HERE)
FAR = Visitor("203.0.113.7", {"host": "map.example.org", "origin": "https://map.example.org"})
EDITORS = {"asma@example.org": "Asma"}
READERS = frozenset({"reader@example.org"})
ALONE = Policy(loopback=True, login=False)
OPEN = Policy(loopback=False, login=True, editors=EDITORS, readers=READERS)
CLOSED = Policy(loopback=False, login=True, closed=True, editors=EDITORS, readers=READERS)


def signed_in(email: object, visitor: Visitor = FAR, **claims: object) -> Visitor:
    return Visitor(visitor.peer, visitor.headers, {"email": email, "is_logged_in": True, **claims})


def local_with(**headers: str) -> Visitor:
    return Visitor("127.0.0.1", HERE | {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("policy", "visitor", "may_read", "editor"),
    [
        # This machine alone, no users: whoever sits here edits; nobody who was passed on does.
        (ALONE, LOCAL, True, "me"),
        (ALONE, Visitor("::1", {"host": "[::1]:8501"}), True, "me"),
        (ALONE, Visitor("127.0.0.1", {"host": "localhost:8501"}), True, "me"),
        (ALONE, FAR, True, None),
        (ALONE, local_with(x_forwarded_for="203.0.113.7"), True, None),
        (ALONE, local_with(x_forwarded_for="127.0.0.1"), True, None),
        (ALONE, local_with(forwarded="for=203.0.113.7"), True, None),
        (ALONE, local_with(x_forwarded_proto="https"), True, None),
        (ALONE, local_with(x_real_ip="203.0.113.7"), True, None),
        (ALONE, local_with(via="1.1 proxy"), True, None),
        (ALONE, local_with(host="map.example.org"), True, None),
        (ALONE, local_with(origin="https://map.example.org"), True, None),
        (ALONE, local_with(origin="null"), True, None),
        (ALONE, local_with(origin="http://localhost:3000"), True, None),
        (ALONE, local_with(origin="http://127.0.0.1:3000"), True, None),
        (ALONE, local_with(host="127.0.0.1.example.org"), True, None),
        (ALONE, local_with(host=""), True, None),
        (ALONE, Visitor("203.0.113.7", HERE), True, None),
        (ALONE, Visitor(None, {}), True, None),
        # Nobody is believed to be signed in where no sign-in service is set up.
        (Policy(loopback=False, login=False, editors=EDITORS), signed_in("asma@example.org"), True, None),
        (Policy(loopback=False, login=False), LOCAL, True, None),
        # Users are configured: the local user signs in like everybody.
        (Policy(loopback=True, login=True, editors=EDITORS), LOCAL, True, None),
        (Policy(loopback=True, login=False, editors=EDITORS), LOCAL, True, None),
        (Policy(loopback=True, login=True), LOCAL, True, None),
        (Policy(loopback=True, login=True, editors=EDITORS), signed_in("asma@example.org", LOCAL), True, "Asma"),
        # Open reading, writing by the list.
        (OPEN, FAR, True, None),
        (OPEN, signed_in("asma@example.org"), True, "Asma"),
        (OPEN, signed_in(" Asma@Example.ORG "), True, "Asma"),
        (OPEN, signed_in("asma@example.org", email_verified=True), True, "Asma"),
        (OPEN, signed_in("asma@example.org", email_verified=False), True, None),
        (OPEN, signed_in("asma@example.org", email_verified="false"), True, None),
        (OPEN, signed_in("reader@example.org"), True, None),
        (OPEN, signed_in("asma@example.org.evil.example"), True, None),
        (OPEN, signed_in("a\u017fma@example.org"), True, None),
        (OPEN, signed_in(""), True, None),
        (OPEN, signed_in(None), True, None),
        (OPEN, signed_in(["asma@example.org"]), True, None),
        # Closed reading.
        (CLOSED, FAR, False, None),
        (CLOSED, LOCAL, False, None),
        (CLOSED, signed_in("asma@example.org"), True, "Asma"),
        (CLOSED, signed_in("reader@example.org"), True, None),
        (CLOSED, signed_in("reader@example.org", email_verified=False), False, None),
        (CLOSED, signed_in("other@example.org"), False, None),
        (CLOSED, signed_in(None), False, None),
        (Policy(loopback=True, login=False, closed=True), LOCAL, True, "me"),
        (Policy(loopback=True, login=False, closed=True), local_with(via="1.1 proxy"), False, None),
        (Policy(loopback=False, login=False, closed=True), LOCAL, False, None),
    ],
)
def test_who_may_read_and_write(policy: Policy, visitor: Visitor, may_read: bool, editor: str | None) -> None:
    found = decide(policy, visitor, "me")
    assert (found.may_read, found.editor) == (may_read, editor)
    assert bool(found.why_not) == (editor is None), "who may not write is told why"


@pytest.mark.parametrize(
    ("policy", "visitor", "words"),
    [
        (Policy(loopback=False, login=False), FAR, "no sign-in service is set up"),
        (Policy(loopback=True, login=False, editors=EDITORS), LOCAL, "editors are listed, but no sign-in service"),
        (Policy(loopback=False, login=True), FAR, "INCIDENTS_EDITORS"),
        (OPEN, FAR, "Sign in"),
        (OPEN, signed_in("other@example.org"), "other@example.org may read, but is not listed"),
        (OPEN, signed_in("asma@example.org", email_verified=False), "has not verified"),
        (ALONE, local_with(via="1.1 proxy"), "can be reached by others"),
    ],
)
def test_who_may_not_write_is_told_why_in_one_line(policy: Policy, visitor: Visitor, words: str) -> None:
    told = decide(policy, visitor, "me").why_not
    assert words in told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        *[(name, True) for name in ("127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost", "::ffff:127.0.0.1")],
        *[
            (name, False)
            for name in ("", "0.0.0.0", "::", "10.0.0.1", "example.org", "localhost.example.org", "unix:/x")
        ],
    ],
)
def test_loopback(address: str, expected: bool) -> None:
    assert is_loopback(address) is expected


def test_a_host_that_cannot_be_read_is_not_local() -> None:
    assert not is_local(Visitor("127.0.0.1", {"host": "[::1"}))


# --- settings -----------------------------------------------------------------------------------------------------


def policy_of(bound_to: str | None = "127.0.0.1", login: bool = True, **variables: str) -> Policy:
    return load_policy(
        Settings.load({f"INCIDENTS_{name}": value for name, value in variables.items()}), bound_to, login
    )


def test_editors_are_a_list_with_names_or_a_file_that_is_read_anew(tmp_path: Path) -> None:
    listed = policy_of(EDITORS='Asma <Asma@example.org>, "Baloch, B." <b@example.org>,c@example.org')
    assert listed.editors == {
        "asma@example.org": "Asma",
        "b@example.org": "Baloch, B.",
        "c@example.org": "c@example.org",
    }
    file = tmp_path / "editors.txt"
    file.write_text("# who may write\nAsma <asma@example.org>\n\nb@example.org  # since May\n")
    assert policy_of(EDITORS=str(file)).editors == {"asma@example.org": "Asma", "b@example.org": "b@example.org"}
    file.write_text("b@example.org\n")
    assert policy_of(EDITORS=str(file)).editors == {"b@example.org": "b@example.org"}
    file.write_text("")
    assert policy_of(EDITORS=str(file)).editors == {}


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"EDITORS": "Asma"}, "INCIDENTS_EDITORS: Asma is neither a list nor a file"),
        ({"EDITORS": "asma@example.org, Bibi"}, "'Bibi' is no e-mail address"),
        ({"READERS": "a@b@c"}, "INCIDENTS_READERS"),
        ({"EDITORS": "Asma <a@example.org>, Asma <b@example.org>"}, "two people have the name 'Asma'"),
        ({"READ_TOKENS": "short"}, "24 characters"),
    ],
)
def test_a_list_that_cannot_be_read_is_one_line(variables: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words) as raised:
        policy_of(**variables)
    assert "\n" not in str(raised.value)


def test_reading_is_open_closed_or_by_mistake_closed() -> None:
    assert not policy_of().closed
    assert policy_of(READING="closed").closed
    settings = Settings.load({"INCIDENTS_READING": "Closed "})
    assert settings.closed
    assert "taken as closed" in settings.warnings[0]


@pytest.mark.parametrize(
    ("policy", "count"),
    [
        (ALONE, 0),
        (OPEN, 0),
        (CLOSED, 0),
        (Policy(loopback=False, login=False), 0),
        (Policy(loopback=True, login=False, editors=EDITORS), 1),
        (Policy(loopback=True, login=True), 1),
        (Policy(loopback=False, login=False, closed=True), 1),
        (Policy(loopback=False, login=False, closed=True, tokens=frozenset({b"x"})), 0),
        (Policy(loopback=True, login=False, closed=True), 0),
    ],
)
def test_what_cannot_work_is_told_to_whoever_runs_the_app(policy: Policy, count: int) -> None:
    assert len(faults_of(policy)) == count


# --- tokens of programs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "may_read"),
    [
        ("Bearer an-agreed-token-of-a-program", True),
        ("bearer another-agreed-token-of-one", True),
        ("Bearer an-agreed-token-of-a-progra", False),
        ("Basic an-agreed-token-of-a-program", False),
        ("an-agreed-token-of-a-program", False),
        ("Bearer ", False),
        ("Bearer \u2713", False),
    ],
)
def test_a_program_reads_by_a_token_and_never_writes(header: str, may_read: bool, tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("an-agreed-token-of-a-program\n# for QGIS\nanother-agreed-token-of-one\n")
    for given in (str(tmp_path / "tokens"), "an-agreed-token-of-a-program, another-agreed-token-of-one"):
        policy = policy_of(None, READING="closed", READ_TOKENS=given, EDITORS="asma@example.org")
        found = decide(policy, Visitor(FAR.peer, {**FAR.headers, "authorization": header}), "me")
        assert (found.may_read, found.editor) == (may_read, None)


# --- the identity cookie ------------------------------------------------------------------------------------------

ORIGIN = "http://127.0.0.1:8501"
CLAIMS = {"email": "asma@example.org", "origin": ORIGIN, "is_logged_in": True, "provider": "default"}
SECTION = {
    "redirect_uri": f"{ORIGIN}/oauth2callback",
    "cookie_secret": SECRET,
    "client_id": "map",
    "client_secret": "known",
    "server_metadata_url": "https://id.example/.well-known/openid-configuration",
}
DAY = 86_400


@pytest.fixture
def auth(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What secrets.toml says of the sign-in."""
    section = dict(SECTION)
    monkeypatch.setattr(ui_access, "get_secrets_auth_section", lambda: section)
    monkeypatch.setattr(ui_access, "get_cookie_secret", lambda: section.get("cookie_secret"))
    monkeypatch.setattr(ui_access, "get_origin_from_redirect_uri", lambda: ORIGIN)
    return section


def cookie(claims: object = CLAIMS, *, secret: str = SECRET, name: str = "_streamlit_user", age: float = 0.0) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TimestampSigner, "get_timestamp", lambda _self: int(time.time() - age))
        return create_signed_value(secret, name, json.dumps(claims) if not isinstance(claims, str) else claims).decode()


@pytest.mark.parametrize(
    ("value", "trusted"),
    [
        (cookie(), True),
        (cookie(age=29 * DAY), True),
        (cookie(age=30 * DAY + 60), False),
        (cookie(secret=SECRET[::-1]), False),
        (cookie(name="_streamlit_user_tokens"), False),
        (cookie()[:-2], False),
        (cookie().replace(cookie()[:8], cookie({**CLAIMS, "email": "x@example.org"})[:8] + "A"), False),
        (cookie({**CLAIMS, "origin": "https://elsewhere.example"}), False),
        (cookie({**CLAIMS, "is_logged_in": False}), False),
        (cookie({"email": "asma@example.org", "origin": ORIGIN}), False),
        (cookie(["asma@example.org"]), False),
        (cookie("no json"), False),
        (cookie("chunks-2"), False),
        ("", False),
        ("\u2713", False),
        ('{"email": "asma@example.org", "is_logged_in": true}', False),
    ],
    ids=count(),  # the cookies hold the time: several processes must name a case alike
)
@pytest.mark.usefixtures("auth")
def test_only_a_cookie_that_this_server_signed_lately_is_believed(value: str, trusted: bool) -> None:
    found = ui_access.signed_claims({"_streamlit_user": value})
    assert (found == CLAIMS) is trusted
    assert (found is not None) is trusted


@pytest.mark.usefixtures("auth")
def test_a_cookie_in_parts_is_put_together() -> None:
    whole = json.dumps(CLAIMS)
    parts = {
        "_streamlit_user": cookie("chunks-2"),
        "_streamlit_user_1": cookie(whole[:20], name="_streamlit_user_1"),
        "_streamlit_user_2": cookie(whole[20:], name="_streamlit_user_2"),
    }
    assert ui_access.signed_claims(parts) == CLAIMS
    assert ui_access.signed_claims(parts | {"_streamlit_user_2": cookie(whole[20:])}) is None


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "server_metadata_url", "redirect_uri"])
def test_without_all_of_the_sign_in_service_no_cookie_is_believed(auth: dict[str, str], missing: str) -> None:
    assert ui_access.signed_claims({"_streamlit_user": cookie()})
    del auth[missing]
    assert not ui_access.login_is_set_up()
    assert ui_access.signed_claims({"_streamlit_user": cookie()}) is None


def test_a_secret_that_could_be_guessed_lets_nobody_in(auth: dict[str, str]) -> None:
    auth["cookie_secret"] = "xxx"
    assert ui_access.signed_claims({"_streamlit_user": cookie(secret="xxx")}) is None
    auth.pop("cookie_secret")
    assert ui_access.signed_claims({"_streamlit_user": cookie()}) is None


@pytest.mark.usefixtures("auth")
def test_a_login_that_was_signed_out_is_over_wherever_its_cookie_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui_access, "_ended", set())
    mine, other = {"_streamlit_user": cookie()}, {"_streamlit_user": cookie({**CLAIMS, "iat": 2})}
    context = SimpleNamespace(cookies=SimpleNamespace(to_dict=lambda: mine))
    monkeypatch.setattr(ui_access, "st", SimpleNamespace(context=context, logout=lambda: None))
    ui_access.sign_out()
    assert ui_access.signed_claims(mine) is None
    assert ui_access.signed_claims({"_streamlit_user": cookie(age=1)}) is None, "the same login"
    assert ui_access.signed_claims(other) is not None, "a later login"


def test_services_may_have_names(auth: dict[str, Any]) -> None:
    assert ui_access.providers() == (None,)
    auth["okta"] = {name: auth.pop(name) for name in ("client_id", "client_secret", "server_metadata_url")}
    assert ui_access.providers() == ("okta",)
    assert ui_access.signed_claims({"_streamlit_user": cookie()}) == CLAIMS


# --- the guard of the routes --------------------------------------------------------------------------------------

STATE = AppState.of(make_dataset(20))
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
MAP_SCRIPT = next(path for path in static_files() if path.endswith(".js"))
FILLED = {
    "{id}": "x",
    "{format:path}": "geojson",
    "{rest:path}": "layers/new",
    "{version}": "x",
    "{path:path}": MAP_SCRIPT,
}


def ask(app: Starlette, method: str, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """The status and body of an answer."""
    sent: list[Any] = []

    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        found = next(asked, None)
        return found or await asyncio.Future()  # nobody hangs up

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": raw,
        "root_path": "",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 5000),
        "http_version": "1.1",
    }
    # In a thread of its own: where browser tests ran before, this one has their running event loop.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(app(scope, receive, send))).result()
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def path_of(route: BaseRoute) -> str:
    path = str(route.path)  # type: ignore[attr-defined]
    for part, value in FILLED.items():
        path = path.replace(part, value)
    assert "{" not in path, f"say in FILLED what stands for the parts of {path}"
    return path


ALL = routes(lambda: STATE, lambda asked: asked.headers.get("x-reader") == "yes")
PATHS = sorted({path_of(route) for route in ALL})


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", METHODS)
def test_no_route_answers_who_may_not_read(path: str, method: str) -> None:
    app = Starlette(routes=ALL)
    if path.startswith(STATIC_ROUTE):  # scripts and styles hold no data
        assert ask(app, "GET", path)[0] == 200
        return
    status, body = ask(app, method, path)
    assert status == 401
    assert body.startswith(b'{"type"')
    assert b"\n" not in body
    assert b"sign in" in body
    assert ask(app, method, path, {"x-reader": "yes"})[0] != 401


def test_every_route_but_that_of_scripts_stands_behind_the_guard() -> None:
    unguarded = [str(route.path) for route in ALL if not isinstance(route, Guarded)]  # type: ignore[attr-defined]
    assert unguarded == [STATIC_ROUTE + "/{version}/{path:path}"]


def test_a_new_route_is_guarded_before_anybody_thinks_of_it() -> None:
    async def leak(_request: HTTPConnection) -> Response:
        return Response("everything")

    app = Starlette(routes=guarded([Route("/new", leak)], lambda _asked: False))
    assert ask(app, "GET", "/new")[0] == 401
    assert ask(Starlette(routes=guarded([Route("/new", leak)], lambda _asked: True)), "GET", "/new")[1] == b"everything"


def test_what_no_route_answers_is_not_found_in_one_line() -> None:
    status, body = ask(Starlette(routes=routes(lambda: STATE)), "GET", "/api/collections/nothing")
    assert status == 404
    assert b"/api/collections/nothing" in body


@pytest.mark.usefixtures("auth")
def test_a_route_reads_the_same_cookie_and_token_as_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.load(
        {
            "INCIDENTS_READING": "closed",
            "INCIDENTS_EDITORS": "asma@example.org",
            "INCIDENTS_READ_TOKENS": "an-agreed-token-of-a-program",
        }
    )
    monkeypatch.setattr(ui_access, "_settings", lambda: settings)
    app = Starlette(routes=routes(lambda: STATE, ui_access.may_read_route))
    asked = {
        "none": ({}, 401),
        "signed in": ({"cookie": f"_streamlit_user={cookie()}"}, 200),
        "expired": ({"cookie": f"_streamlit_user={cookie(age=31 * DAY)}"}, 401),
        "forged": ({"cookie": f"_streamlit_user={cookie(secret='f' * 40)}"}, 401),
        "another person": ({"cookie": f"_streamlit_user={cookie({**CLAIMS, 'email': 'x@example.org'})}"}, 401),
        "token": ({"authorization": "Bearer an-agreed-token-of-a-program"}, 200),
        "wrong token": ({"authorization": "Bearer an-agreed-token-of-a-progrem"}, 401),
    }
    assert {name: ask(app, "GET", "/api/layers/counts", headers)[0] for name, (headers, _) in asked.items()} == {
        name: status for name, (_, status) in asked.items()
    }


def test_a_list_that_breaks_while_the_app_runs_lets_nobody_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.load({"INCIDENTS_EDITORS": str(tmp_path / "gone.txt")})
    monkeypatch.setattr(ui_access, "_settings", lambda: settings)
    app = Starlette(routes=routes(lambda: STATE, ui_access.may_read_route))
    assert ask(app, "GET", "/api/layers/counts")[0] == 401
