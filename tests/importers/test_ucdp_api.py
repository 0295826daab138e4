"""Pulling events from a local server that speaks the JSON of UCDP's."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from geo.cli.pull import command
from geo.errors import InputError
from geo.importers.load import load
from geo.importers.ucdp_api import Limits, Pull, Query
from geo.store.engine import Store, open_store
from geo.store.read import counts
from tests.importers.ged import event

TOKEN = "a-token-of-the-test"


@dataclass
class Service:
    """What the server holds, and what it was asked."""

    events: list[dict[str, Any]] = field(default_factory=lambda: [event(key) for key in range(1, 8)])
    size: int = 3
    token: str | None = None
    fails: list[int] = field(default_factory=list)  # a status for each of the next requests; 0: goes on
    asked: list[str] = field(default_factory=list)
    total: int | None = None
    raw: bytes | None = None
    base: str = ""

    def page(self, path: str) -> dict[str, Any]:
        """As documented: TotalCount, TotalPages, the addresses of the pages beside it, and the events."""
        query = parse_qs(urlsplit(path).query)
        number = int(query["page"][0])
        events = [e for e in self.events if e["country_id"] in query.get("Country", [e["country_id"]])]
        last = max(-(-len(events) // self.size) - 1, 0)

        def address(other: int) -> str:
            return f"{self.base}{urlsplit(path).path}?pagesize={self.size}&page={other}" + (
                f"&Country={query['Country'][0]}" if "Country" in query else ""
            )

        return {
            "TotalCount": len(events) if self.total is None else self.total,
            "TotalPages": last + 1,
            "PreviousPageUrl": address(number - 1) if number else "",
            "NextPageUrl": address(number + 1) if number < last else "",
            "Result": events[number * self.size : (number + 1) * self.size],
        }


@pytest.fixture
def service() -> Iterator[Service]:
    held = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held.asked.append(self.path)
            status = held.fails.pop(0) if held.fails else 0
            if held.token and self.headers.get("x-ucdp-access-token") != held.token:
                status = 401
            body = held.raw if held.raw is not None else json.dumps(held.page(self.path)).encode()
            self.send_response(status or 200)
            self.end_headers()
            self.wfile.write(b"" if status else body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    held.base = f"http://127.0.0.1:{server.server_port}"
    yield held
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield opened
    opened.close()


def pull(service: Service, folder: Path, token: str | None = None, **query: Any) -> Pull:
    made = Pull.of(Query("25.1", **query), folder, f"{service.base}/api/gedevents", token)
    made.limits = replace(made.limits, pause=0.0)
    return made


def documents(store: Store) -> int:
    return counts(store)["documents"]["live"]


def test_all_pages_come_in_once(service: Service, store: Store, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    source = pull(service, tmp_path).fetch(lambda held, total: steps.append((held, total)))
    loaded = load(store, source, "tester")
    assert (loaded.counts["new"], documents(store)) == (7, 7)
    assert steps == [(3, 7), (6, 7), (7, 7)]
    assert all(path.startswith("/api/gedevents/25.1?") for path in service.asked)
    again = load(store, pull(service, tmp_path / "other").fetch(), "tester")
    assert (again.counts["unchanged"], documents(store)) == (7, 7)


def test_what_is_asked_for_reaches_the_service(service: Service, tmp_path: Path) -> None:
    service.events[0] |= {"country_id": "700"}
    source = pull(service, tmp_path, countries=(770,)).fetch()
    assert source.lines == 6
    assert "Country=770" in service.asked[0]
    pull(service, tmp_path / "b", start="2025-01-01", end="2025-02-01").fetch()
    assert "StartDate=2025-01-01&EndDate=2025-02-01" in service.asked[-3]


def test_a_pull_that_broke_off_goes_on_where_it_was(service: Service, store: Store, tmp_path: Path) -> None:
    service.fails = [0, 503, 503, 503]
    with pytest.raises(InputError, match=r"out of order \(503\); what was pulled is kept, run it again to go on"):
        pull(service, tmp_path).fetch()
    before = len(service.asked)
    loaded = load(store, pull(service, tmp_path).fetch(), "tester")
    assert [parse_qs(urlsplit(path).query)["page"] for path in service.asked[before:]] == [["1"], ["2"]]
    assert (loaded.counts["new"], documents(store)) == (7, 7)


def test_a_stumble_is_tried_again(service: Service, tmp_path: Path) -> None:
    service.fails = [503, 0, 429, 0, 0]
    assert pull(service, tmp_path).fetch().lines == 7


def test_a_token_is_sent_and_its_lack_is_said(service: Service, tmp_path: Path) -> None:
    service.token = TOKEN
    with pytest.raises(InputError, match=r"wants an access token \(401\)"):
        pull(service, tmp_path).fetch()
    assert pull(service, tmp_path, token=TOKEN).fetch().lines == 7


def test_an_unknown_release_is_said(service: Service, tmp_path: Path) -> None:
    service.fails = [404]
    with pytest.raises(InputError, match=r"answers 404 for release 25\.1; is there such a release\?"):
        pull(service, tmp_path).fetch()


def test_no_connection_is_one_clear_line(tmp_path: Path) -> None:
    offline = Pull.of(Query("25.1"), tmp_path, "http://127.0.0.1:9/api/gedevents")
    offline.limits = replace(offline.limits, pause=0.0)
    with pytest.raises(InputError, match=r"cannot be reached; is this machine online\?") as error:
        offline.fetch()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("raw", [b"<html>hello</html>", b"[]", b'{"Result": 3, "TotalCount": 1}'])
def test_another_kind_of_service_is_refused(service: Service, tmp_path: Path, raw: bytes) -> None:
    service.raw = raw
    with pytest.raises(InputError, match="no service of UCDP"):
        pull(service, tmp_path).fetch()


def test_a_page_may_not_be_huge(service: Service, tmp_path: Path) -> None:
    made = pull(service, tmp_path)
    made.limits = Limits(page_bytes=100)
    with pytest.raises(InputError, match="a page is larger than"):
        made.fetch()


def test_a_number_of_events_that_is_not_kept_is_no_pull(service: Service, tmp_path: Path) -> None:
    service.total = 9
    with pytest.raises(InputError, match="gave 7 events, but says that there are 9; pull again"):
        pull(service, tmp_path).fetch()
    service.total = 4
    with pytest.raises(InputError, match="pull again"):
        pull(service, tmp_path).fetch()


def test_data_that_changed_between_two_runs_is_pulled_anew(service: Service, tmp_path: Path) -> None:
    service.fails = [0, 503, 503, 503]
    with pytest.raises(InputError, match="kept"):
        pull(service, tmp_path).fetch()
    service.events.append(event(8))
    with pytest.raises(InputError, match="changed while it was pulled"):
        pull(service, tmp_path).fetch()
    assert pull(service, tmp_path).fetch().lines == 8


def test_only_the_named_service_is_ever_asked(service: Service, tmp_path: Path) -> None:
    """Where a page names another host for the next one, its query alone is used."""
    named, service.base = service.base, "http://192.0.2.1"
    made = Pull.of(Query("25.1"), tmp_path, f"{named}/api/gedevents")
    assert made.fetch().lines == 7


def test_an_event_that_cannot_be_read_is_listed(service: Service, store: Store, tmp_path: Path) -> None:
    service.events[1] = event(2, best="many")
    service.events[2] = {"id": 3, "country_id": "770"}
    loaded = load(store, pull(service, tmp_path).fetch(), "tester")
    assert [fault.line for fault in loaded.bad] == [2, 3]
    assert loaded.counts["new"] == 5


def test_numbers_and_nulls_of_json_are_read(service: Service, store: Store, tmp_path: Path) -> None:
    service.events = [event(1) | {"id": 1, "best": 15, "latitude": 29.5, "adm_2": None, "gwnob": None}]
    assert load(store, pull(service, tmp_path).fetch(), "tester").counts["new"] == 1


def test_the_command_stores_and_cleans_up(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCIDENTS_DATA_DIR", str(tmp_path))
    arguments = ["ucdp", "--country", "770", "--version", "25.1", "--address", f"{service.base}/api/gedevents"]
    for told in ("7 new", "7 unchanged"):
        result = CliRunner().invoke(command, arguments, catch_exceptions=False)
        assert result.exit_code == 0
        assert f"UCDP GED 25.1: {told}" in result.stderr
        assert "Licence: CC BY 4.0" in result.stderr
    assert list((tmp_path / "pulls").iterdir()) == []


@pytest.mark.parametrize(("version", "address"), [("new", "http://127.0.0.1:1"), ("25.1", "ftp://x"), ("25.1", "x")])
def test_what_cannot_be_asked_is_refused(tmp_path: Path, version: str, address: str) -> None:
    with pytest.raises(InputError):
        Pull.of(Query(version), tmp_path, address)
