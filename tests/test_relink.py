"""Linking only what a change touches gives what linking everything gives, whatever people decided in between."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.decisions import apply_decisions
from geo.errors import InputError
from geo.link import FAMILY, link_all
from geo.models import Link, Records, Relation
from geo.rebuild import check_estimates, decided, rebuild, refresh, relink
from geo.relink import LINKS
from geo.review.decide import accept, correct, history, merge, reject, split, undo
from geo.store.derived import derived_state, keep_derived
from geo.store.engine import Store, open_store
from geo.store.read import read_state, stamp
from geo.store.rows import link_row
from geo.store.write import change, put_records, replace_origin
from geo.vocab import default_vocabulary
from tests.builders import on
from tests.conftest import LONG_EXAMPLES
from tests.store_servers import KINDS, fresh_db
from tests.test_link import ATTACK, BOMB, both, documents_of, told

VOCABULARY = default_vocabulary()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without rows, to be copied: making one takes longer than filling it."""
    path = tmp_path_factory.mktemp("relink") / "empty.sqlite"
    open_store(f"sqlite:///{path}").close()
    return path


@contextmanager
def copied(empty: Path, folder: Path) -> Iterator[Store]:
    path = folder / "incidents.sqlite"
    path.unlink(missing_ok=True)
    shutil.copy(empty, path)
    store = open_store(f"sqlite:///{path}")
    yield store
    store.close()


def put(store: Store, records: Records, origin: str = "ingest") -> None:
    with change(store, "tester", "reports") as made:
        put_records(made, records, origin)


def machine_links(store: Store) -> dict[str, Link]:
    """The machine's live links, without those that are kept only because somebody decided about them."""
    state = read_state(store)
    decided_about = {decision.subject for decision, _ in history(store)}
    rows = {link_row(link)["id"]: link for link in state.records.links if link.origin.startswith(FAMILY)}
    return {key: link for key, link in rows.items() if key not in decided_about}


def linked_anew(store: Store) -> dict[str, Link]:
    state = read_state(store)
    effect = apply_decisions(state.records, state.decisions)
    decided_about = {decision.subject for decision, _ in history(store)}
    rows = {link_row(link)["id"]: link for link in link_all(effect.records, VOCABULARY, effect.apart)}
    return {key: link for key, link in rows.items() if key not in decided_about}


def decide(store: Store, dice: random.Random) -> None:
    """Some decision that a person might make now."""
    state = read_state(store)
    keys = sorted(mention.id for mention in state.records.mentions)
    links = sorted(row["id"] for row in map(link_row, state.records.links))
    claims = sorted(claim.id for claim in decided(state).claims if claim.field in ("date", "killed.total"))
    made = [decision.id for decision, _ in history(store)]
    day = f"2025-02-{dice.randint(25, 28)}"
    try:
        match dice.choice(("accept", "reject", "link", "unlink", "merge", "split", "correct", "drop", "undo", "undo")):
            case "accept":
                accept(store, [dice.choice(keys)], "Amna")
            case "reject":
                reject(store, [dice.choice(keys)], "Amna")
            case "link" if links:
                accept(store, [dice.choice(links)], "Amna")
            case "unlink" if links:
                reject(store, [dice.choice(links)], "Amna")
            case "merge":
                merge(store, dice.choice(keys), dice.choice(keys), "Amna")
            case "split":
                split(store, [dice.choice(keys)], "Amna")
            case "correct" if claims:
                value = on(day).as_json()
                correct(store, dice.choice(claims), {"field": "date", "value": value}, "Amna")
            case "drop" if claims:
                correct(store, dice.choice(claims), None, "Amna")
            case "undo" if made:
                undo(store, dice.choice(made), "Bilal")
    except InputError:
        pass  # what can't be decided now


@settings(max_examples=LONG_EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_linking_what_changed_gives_what_linking_everything_gives(
    empty: Path, tmp_path: Path, data: st.DataObject
) -> None:
    dice = random.Random(data.draw(st.integers(0, 1_000_000)))
    with copied(empty, tmp_path) as store:
        relink(store, VOCABULARY, "machine")
        for number in range(data.draw(st.integers(1, 6))):
            put(store, data.draw(documents_of(number)))
            for _ in range(dice.randrange(4)):
                decide(store, dice)
            relink(store, VOCABULARY, "machine")
            assert machine_links(store) == linked_anew(store)
            refresh(store, VOCABULARY)
            proof = check_estimates(store, VOCABULARY)
            assert (proof.faults, proof.notes) == ((), ())


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(fresh_db(request.param, tmp_path))
    yield opened
    opened.close()


def test_a_decided_suggestion_is_neither_taken_away_nor_found_again(store: Store) -> None:
    undated = {**BOMB, "killed.total": ATTACK["killed.total"]}
    put(store, both(told("a", BOMB), told("b", undated), told("c", {**BOMB, "place": ATTACK["place"]})))
    with change(store, "machine", "links") as made:
        suggestion = Link("m-a", "m-c", Relation.SAME, 0.4, ("test",), "link@1", False)
        other = Link("m-b", "m-c", Relation.SAME, 0.4, ("test",), "link@1", False)
        put_records(made, Records(links=(suggestion, other)), "link@1")
    key, unwanted = (link_row(link)["id"] for link in (suggestion, other))
    accept(store, [key], "Amna")
    relink(store, VOCABULARY, "machine", anew=True)
    held = {link_row(link)["id"] for link in read_state(store).records.links}
    assert key in held
    assert unwanted not in held
    (decision,) = [decision for decision, _ in history(store)]
    undo(store, decision.id, "Amna")
    relink(store, VOCABULARY, "machine")
    assert key not in {link_row(link)["id"] for link in read_state(store).records.links}


def test_what_was_split_stays_apart_when_more_is_read(store: Store) -> None:
    put(store, both(told("a", BOMB), told("b", BOMB)))
    relink(store, VOCABULARY, "machine")
    assert [link.certain for link in read_state(store).records.links] == [True]
    split(store, ["m-b"], "Amna")
    put(store, told("c", BOMB))
    relink(store, VOCABULARY, "machine")
    effect = decided(read_state(store))
    assert [{link.a, link.b} for link in effect.links if link.certain] in ([{"m-a", "m-c"}], [{"m-b", "m-c"}])
    assert not [link for link in read_state(store).records.links if not link.certain], "nor is it suggested again"


def test_linking_again_writes_nothing(store: Store) -> None:
    put(store, both(told("a", BOMB), told("b", BOMB)))
    assert relink(store, VOCABULARY, "machine") == 2
    before = stamp(store)
    for anew in (False, True):
        assert relink(store, VOCABULARY, "machine", anew=anew) is None
    assert stamp(store) == before


def test_other_rules_or_vocabularies_link_everything_again(store: Store) -> None:
    put(store, both(told("a", BOMB), told("b", BOMB)))
    with store.writing() as connection:
        keep_derived(connection, LINKS, 1, "link@0 of other vocabularies")
    assert relink(store, VOCABULARY, "machine") == 2
    with store.reading() as connection:
        found = derived_state(connection, LINKS)
    assert found is not None
    assert found.n == 2


def test_estimates_of_what_went_away_go_too(store: Store) -> None:
    put(store, both(told("a", BOMB), told("b", BOMB)))
    relink(store, VOCABULARY, "machine")
    rebuild(store, VOCABULARY)
    with change(store, "tester", "gone") as made:
        replace_origin(made, told("b", BOMB), "ingest")
    relink(store, VOCABULARY, "machine")
    refresh(store, VOCABULARY)
    proof = check_estimates(store, VOCABULARY)
    assert (proof.faults, proof.notes) == ((), ())
    assert proof.proved > 0
