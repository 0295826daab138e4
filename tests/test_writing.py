"""A page that writes: the first write makes the store, and who wrote sees it at once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from geo.errors import StoreError
from geo.models import Decision
from geo.rebuild import relink
from geo.relink import LINKS
from geo.review.decide import accept, reject, undo
from geo.store.derived import derived_state, keep_derived
from geo.store.ingest import ingest
from geo.store.read import newest
from geo.store.write import change, put_records
from geo.vocab import default_vocabulary
from tests.soak import work
from tests.test_link import BOMB, both, told
from ui import review_desk, state
from ui.state import Live


def test_who_has_written_sees_it_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "ASK_SECONDS", 1000.0)
    path = tmp_path / "deep" / "incidents.sqlite"
    live = Live(f"sqlite:///{path}", {})
    before = live.current()
    assert not path.exists(), "reading makes no store"
    store = live.store()
    assert path.exists()
    assert live.store() is store
    extraction = work.extractions()[0]
    ingest(store, [extraction], "me", "rules@1")
    assert live.current() is before, "others ask once in a while"
    live.refresh()
    added = {mention.id for mention in extraction.mentions}
    assert all(live.current().dataset.incident(key) for key in added)
    assert set(before.dataset.table["id"]) <= set(live.current().dataset.table["id"]), "with what comes with the app"


def test_a_store_that_was_taken_away_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "incidents.sqlite"
    live = Live(f"sqlite:///{path}", {})
    first = live.store()
    for file in tmp_path.glob("incidents.sqlite*"):
        file.unlink()
    assert live.store() is not first
    assert path.exists()


def test_a_store_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError) as raised:
        Live(f"sqlite:///{tmp_path / 'file' / 'incidents.sqlite'}", {}).store()
    assert "\n" not in str(raised.value)


# --- deciding -----------------------------------------------------------------------------------------------------


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Live:
    """An app with three reports that the machine takes for one, the first of which holds the others together."""
    made = Live(f"sqlite:///{tmp_path / 'incidents.sqlite'}", {})
    with change(made.store(), "tester", "reports") as stored:
        put_records(stored, both(*(told(key, BOMB) for key in "abc")), "ingest")
    relink(made.store(), default_vocabulary(), "machine")
    made.refresh()
    monkeypatch.setattr("ui.writing.live", lambda: made)
    return made


def decided(live: Live, made: tuple[Decision, ...]) -> None:
    review_desk.follow_beside(live.store(), made, "Amna")


def wait_for(live: Live, *groups: str) -> None:
    """Until the reports are in these incidents on the map."""
    deadline = time.monotonic() + 20
    found: set[str] = set()
    while time.monotonic() < deadline and found != set(groups):
        owners = live.current().dataset.owners
        held = [(owners[f"m-{key}"], key) for key in "abc" if f"m-{key}" in owners]
        found = {"".join(key for owner, key in held if owner == one) for one, _ in held}
        time.sleep(0.02)
    assert found == set(groups)


def test_what_a_rejected_report_held_together_is_one_again_at_once(live: Live) -> None:
    wait_for(live, "abc")
    made = reject(live.store(), ["m-a"], "Amna", "of another country")
    decided(live, made)
    wait_for(live, "bc")
    decided(live, undo(live.store(), made[0].id, "Amna"))
    wait_for(live, "abc")


def test_accepting_a_report_links_nothing_anew(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(review_desk, "relink", lambda *given, **_: asked.append(given))
    decided(live, accept(live.store(), ["m-a"], "Amna"))
    with live.store().reading() as connection:
        stored = newest(connection).n
    deadline = time.monotonic() + 20
    while live.current().dataset.about.n != stored and time.monotonic() < deadline:  # type: ignore[union-attr]
        time.sleep(0.02)
    assert live.current().dataset.incident("m-a").mentions[0].reviewed
    assert not asked


def test_where_everything_would_have_to_be_linked_a_decision_leaves_it(live: Live) -> None:
    """After an update of the program, or of many reports: the next ingest does that, and not the app."""
    with live.store().writing() as connection:
        keep_derived(connection, LINKS, 1, "link@0 of other vocabularies")
    assert relink(live.store(), default_vocabulary(), "Amna", only_near=True) is None
    with live.store().reading() as connection:
        found = derived_state(connection, LINKS)
    assert found is not None
    assert found.rules == "link@0 of other vocabularies"
