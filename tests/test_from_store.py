"""The data set of a store: what is made of parts, from the cache or of what changed is what a build of all gives."""

from __future__ import annotations

import contextlib
import json
import math
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.curated import Reference
from geo.dataset import Dataset
from geo.errors import InputError, NotFound
from geo.from_store import keep, stored_version
from geo.models import Link, Records, Relation
from geo.pipeline import dataset_of, load_from_store, load_reference
from geo.rebuild import decided
from geo.review.decide import accept, correct, history, merge, reject, split, undo
from geo.store.engine import Store, open_store
from geo.store.read import read_state, stamp
from geo.store.rows import link_id
from geo.store.write import Change, change, put_records, withdraw_unused
from geo.table import SHARED_COLUMNS
from geo.table_cache import KEPT_VERSIONS, cached_versions, read_cached
from tests.builders import at_point, claim, count, document, in_district, mention, on
from tests.conftest import LONG_EXAMPLES
from tests.soak.crash import memory_folder
from tests.store_servers import KINDS, fresh_db

REFERENCE: Reference = load_reference()
KEYS = "abcdefgh"
RELATIONS = (Relation.SAME, Relation.SAME, Relation.PART_OF, Relation.RELATED)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, to be copied."""
    path = tmp_path_factory.mktemp("template") / "incidents.sqlite"
    open_store(f"sqlite:///{path}").close()
    return path


@contextmanager
def copied(template: Path) -> Iterator[Store]:
    """A store in memory where there is some, since a disk that is asked to be sure of each change is slow."""
    with memory_folder() as folder:
        shutil.copy(template, folder / "incidents.sqlite")
        store = open_store(f"sqlite:///{folder / 'incidents.sqlite'}")
        yield store
        store.close()


@pytest.fixture
def empty(template: Path) -> Iterator[Store]:
    with copied(template) as store:
        yield store


def report(key: str, killed: int = 3, day: str = "2025-02-28", **more: object) -> Records:
    """A document with a mention; with some tolls a second one."""
    rules = {"origin": "rules@1"}
    place = at_point("Mastung", "Mastung", 29.8, 66.8) if killed % 2 else in_district("Kalat")
    told = [key, f"{key}2"] if killed > 5 else [key]
    return Records(
        (document(key, published=f"2025-03-0{KEYS.index(key) + 1}", **more),),
        tuple(mention(name, key, campaign=killed == 7) for name in told),
        tuple(
            claim(name, key, field, value, **rules)  # type: ignore[arg-type]
            for name in told
            for field, value in (
                ("event_type", "bombing"),
                ("date", on(day)),
                ("place", place),
                ("killed.total", count(killed)),
            )
        ),
    )


def put(store: Store, *parts: Records) -> None:
    with change(store, "tester", "test") as made:
        for records in parts:
            put_records(made, records, "ingest")


def joined(a: str, b: str, relation: Relation = Relation.SAME, certain: bool = True, score: float = 0.9) -> Records:
    return Records(links=(Link(f"m-{a}", f"m-{b}", relation, score, ("test",), "link@1", certain),))


def whole(store: Store, n: int | None = None) -> Dataset:
    """The same data, assembled at once in memory."""
    return dataset_of(decided(read_state(store, n)), REFERENCE)


def assert_same(found: Dataset, wanted: Dataset) -> None:
    """Rows, owners, incidents: all that anybody can ask for."""
    assert (
        found.columns.drop_columns(SHARED_COLUMNS).to_pylist()
        == wanted.columns.drop_columns(SHARED_COLUMNS).to_pylist()
    )
    assert dict(found.owners) == dict(wanted.owners)
    assert list(found.each()) == list(wanted.each())
    assert found.children == wanted.children
    assert found.incidents.count_documents() == wanted.incidents.count_documents()


# --- made of parts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_store_read_in_parts_gives_what_is_assembled_at_once(kind: str, tmp_path: Path) -> None:
    store = open_store(fresh_db(kind, tmp_path))
    put(store, *(report(key, 3 + number) for number, key in enumerate(KEYS)))
    put(store, joined("a", "b"), joined("c", "d", Relation.PART_OF), joined("e", "f", Relation.RELATED))
    put(store, joined("g", "h", certain=False), joined("b", "d", Relation.PART_OF, score=0.8))
    assert_same(load_from_store(store, REFERENCE), whole(store))
    accept(store, [link_id("m-g", "m-h", Relation.SAME, "link@1")], "ann")
    reject(store, ["m-e"], "ann", "no incident")
    split(store, ["m-a"], "ann", "two blasts")
    known = load_from_store(store, REFERENCE)
    assert_same(known, whole(store))
    merge(store, "m-c", "m-g", "ann", "one raid")
    put(store, report("b", 9), report("d", 7))
    after = load_from_store(store, REFERENCE, known=known)
    assert_same(after, whole(store))
    assert_same(load_from_store(store, REFERENCE, 3, known=after), whole(store, 3))
    store.close()


Step = tuple[str, int, int, int]
STEPS: dict[str, Callable[[Store, random.Random], None]] = {}


def step(function: Callable[[Store, random.Random], None]) -> Callable[[Store, random.Random], None]:
    """One kind of change."""
    STEPS[function.__name__] = function
    return function


@step
def give(store: Store, dice: random.Random) -> None:
    more = {"retracted": True} if dice.random() < 0.2 else {}
    put(store, report(dice.choice(KEYS), dice.randint(0, 8), f"2025-02-2{dice.randint(1, 8)}", **more))


@step
def link(store: Store, dice: random.Random) -> None:
    a, b = dice.sample(mentions(store), 2)
    relation, certain = dice.choice(RELATIONS), dice.random() < 0.7
    put(store, Records(links=(Link(a, b, relation, dice.choice((0.6, 0.9)), ("test",), "link@1", certain),)))


@step
def unlink(store: Store, dice: random.Random) -> None:
    withdraw(store, "links", [dice.choice(links(store))])


@step
def forget(store: Store, dice: random.Random) -> None:
    withdraw(store, "documents", [dice.choice([held.id for held in read_state(store).records.documents])])


@step
def forget_claim(store: Store, dice: random.Random) -> None:
    withdraw(store, "claims", [dice.choice([held.id for held in read_state(store).records.claims])])


@step
def say_yes(store: Store, dice: random.Random) -> None:
    accept(store, [dice.choice([*mentions(store), *links(store)])], "ann")


@step
def say_no(store: Store, dice: random.Random) -> None:
    reject(store, [dice.choice([*mentions(store), *links(store)])], "ann", "test")


@step
def unite(store: Store, dice: random.Random) -> None:
    merge(store, *dice.sample(mentions(store), 2), "ann", "test")


@step
def part(store: Store, dice: random.Random) -> None:
    split(store, [dice.choice(mentions(store))], "ann", "test")


@step
def put_right(store: Store, dice: random.Random) -> None:
    chosen = dice.choice([held for held in read_state(store).records.claims if held.field == "killed.total"])
    correct(store, chosen.id, None, "ann", "test")


@step
def take_back(store: Store, dice: random.Random) -> None:
    undo(store, dice.choice([decision.id for decision, _ in history(store)]), "ann")


def mentions(store: Store) -> list[str]:
    return sorted(held.id for held in read_state(store).records.mentions)


def links(store: Store) -> list[str]:
    found = read_state(store).records.links
    return sorted(link_id(held.a, held.b, held.relation, held.origin) for held in found)


def withdraw(store: Store, name: str, ids: Sequence[str]) -> None:
    with change(store, "tester", "test") as made:
        made.withdraw(name, ids)
        unused(made)


def unused(made: Change) -> None:
    """What hangs on what is gone goes too."""
    withdraw_unused(made)


def take(store: Store, name: str, seed: int) -> None:
    """Do one step; one that can't be done now (nothing there, or refused) changes nothing."""
    with contextlib.suppress(InputError, IndexError, ValueError):
        STEPS[name](store, random.Random(seed))


@settings(max_examples=LONG_EXAMPLES)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 10_000), st.booleans()), min_size=1, max_size=14)
)
def test_following_the_changes_gives_what_a_build_of_all_gives(
    template: Path, steps: list[tuple[str, int, bool]]
) -> None:
    with copied(template) as store:
        put(store, *(report(key) for key in KEYS[:4]))
        put(store, joined("a", "b"), joined("c", "a", Relation.PART_OF))
        known = first = load_from_store(store, REFERENCE)
        for name, seed, look in steps:
            take(store, name, seed)
            if look:
                known = load_from_store(store, REFERENCE, known=known)
                assert_same(known, whole(store))
        last = load_from_store(store, REFERENCE, known=known)
        assert_same(last, load_from_store(store, REFERENCE))
        assert_same(load_from_store(store, REFERENCE, 2, known=last), first)
        assert_same(last, whole(store))


# --- the cache ----------------------------------------------------------------------------------------------------


@pytest.fixture
def filled(empty: Store) -> Store:
    put(empty, *(report(key, 3 + number) for number, key in enumerate(KEYS)))
    put(empty, joined("a", "b"), joined("c", "d", Relation.PART_OF))
    return empty


def test_what_was_kept_is_what_was_made(filled: Store, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    made = load_from_store(filled, REFERENCE, folder=folder)
    again = load_from_store(filled, REFERENCE, folder=folder)
    assert again.version == made.version == stored_version(filled)
    assert again.columns.equals(made.columns)
    assert_same(again, whole(filled))
    assert sorted(path.name for path in (folder / made.version).iterdir()) == [
        "about.json",
        "incidents.parquet",
        "mentions.parquet",
    ]


def test_nothing_is_assembled_for_a_table_that_was_kept(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_from_store(filled, REFERENCE, folder=tmp_path / "cache")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("incidents were assembled")

    monkeypatch.setattr("geo.parts.assemble", refuse)
    assert len(load_from_store(filled, REFERENCE, folder=tmp_path / "cache")) > 0


def test_only_what_changed_is_assembled_anew(filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_from_store(filled, REFERENCE, folder=tmp_path / "cache")
    put(filled, report("h", 1))
    from geo.assemble import assemble  # noqa: PLC0415

    seen: list[str] = []

    def watched(documents: object, held: Sequence[object], *rest: object) -> object:
        seen.extend(str(item.id) for item in held)  # type: ignore[attr-defined]
        return assemble(documents, held, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("geo.parts.assemble", watched)
    after = load_from_store(filled, REFERENCE, folder=tmp_path / "cache")
    assert seen == ["m-h"]
    monkeypatch.undo()
    assert_same(after, whole(filled))


def test_the_kept_table_is_geoparquet_with_the_columns_of_the_contract(filled: Store, tmp_path: Path) -> None:
    made = load_from_store(filled, REFERENCE, folder=tmp_path)
    frame = gpd.read_parquet(tmp_path / made.version / "incidents.parquet")
    assert frame.crs == "OGC:CRS84"
    assert list(frame["id"]) == made.columns["id"].to_pylist()
    assert set(frame["data_version"]) == {made.version}
    for shape, lon, lat in zip(frame.geometry, frame["lon"], frame["lat"], strict=True):
        assert (shape is None) == math.isnan(lon)
        assert shape is None or (shape.x, shape.y) == (lon, lat)
    assert 0 < frame.geometry.notna().sum() < len(frame)


def damage(path: Path) -> None:
    held = bytearray(path.read_bytes())
    for place in range(len(held) // 3, len(held) // 3 + 40):
        held[place] ^= 0xFF
    path.write_bytes(bytes(held))


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty_file(path: Path) -> None:
    path.write_bytes(b"")


def of_another_format(path: Path) -> None:
    about = path.parent / "about.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"format": 0}))


def of_another_store(path: Path) -> None:
    about = path.parent / "about.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"digest": "f" * 64}))


def without_about(path: Path) -> None:
    (path.parent / "about.json").unlink()


@pytest.mark.parametrize(
    "harm", [damage, cut_short, empty_file, of_another_format, of_another_store, without_about, Path.unlink]
)
@pytest.mark.parametrize("name", ["incidents.parquet", "mentions.parquet"])
def test_a_cache_that_cannot_be_used_is_made_anew(
    filled: Store, tmp_path: Path, name: str, harm: Callable[[Path], None]
) -> None:
    made = load_from_store(filled, REFERENCE, folder=tmp_path / "cache")
    harm(tmp_path / "cache" / made.version / name)
    assert_same(load_from_store(filled, REFERENCE, folder=tmp_path / "cache"), whole(filled))
    held = read_cached(tmp_path / "cache", made.version)
    assert held is not None
    assert held.about == made.about


def test_a_folder_that_cannot_be_written_is_no_error(filled: Store, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    assert_same(load_from_store(filled, REFERENCE, folder=tmp_path / "taken"), whole(filled))


def test_old_tables_are_pruned_and_an_older_state_starts_from_the_nearest(filled: Store, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    for killed in range(6):
        put(filled, report("a", killed))
        load_from_store(filled, REFERENCE, folder=folder)
    kept = cached_versions(folder)
    assert len(kept) == KEPT_VERSIONS
    assert {about.n for _, about in kept} == set(range(stamp(filled).n - KEPT_VERSIONS + 1, stamp(filled).n + 1))
    assert_same(load_from_store(filled, REFERENCE, 2, folder=folder), whole(filled, 2))


def test_a_table_is_kept_for_the_next_start_when_asked(filled: Store, tmp_path: Path) -> None:
    known = load_from_store(filled, REFERENCE, folder=tmp_path)
    put(filled, report("h", 1))
    after = load_from_store(filled, REFERENCE, folder=tmp_path, known=known)
    assert read_cached(tmp_path, after.version) is None
    keep(after, tmp_path)
    held = read_cached(tmp_path, after.version)
    assert held is not None
    assert held.columns.drop_columns(SHARED_COLUMNS).equals(after.columns.drop_columns(SHARED_COLUMNS))


def test_several_processes_make_the_same_table(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.table_build.MANY", 1)
    monkeypatch.setattr("geo.table_build.PART", 2)
    told: list[tuple[int, int]] = []
    made = load_from_store(filled, REFERENCE, jobs=2, progress=lambda done, total: told.append((done, total)))
    assert_same(made, whole(filled))
    assert told[-1][0] == told[-1][1] == len(read_state(filled).records.mentions)
    assert len(told) > 1


# --- asking for it ------------------------------------------------------------------------------------------------


def test_incidents_are_found_by_any_of_their_mentions(filled: Store) -> None:
    dataset = load_from_store(filled, REFERENCE)
    assert dataset.incident("m-b").id == dataset.incident("m-a").id == dataset.owners["m-b"]
    assert dataset.owners.mentions_of("m-a") == ("m-a", "m-b")
    with pytest.raises(NotFound, match="no incident has the id 'm-none'"):
        dataset.incident("m-none")
    with pytest.raises(NotFound, match="no incident has the id 'm-none'"):
        dataset.row_numbers(["m-a", "m-none"])


@pytest.mark.parametrize("many", [1, 1000])
def test_mentions_of_several_incidents_are_those_of_each(
    filled: Store, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    owners = load_from_store(filled, REFERENCE).owners
    asked = [*owners.ids.to_pylist(), "m-none"]
    monkeypatch.setattr("geo.owners.MANY", many)
    found = owners.mentions_in(asked)
    assert found == {mention for incident in asked for mention in owners.mentions_of(incident)}
    assert len(found) == len(owners) > len(owners.ids)


def test_a_state_that_was_handed_out_still_answers_after_a_change(filled: Store) -> None:
    before = load_from_store(filled, REFERENCE)
    held = before.incident("m-h")
    put(filled, report("h", 1))
    withdraw(filled, "documents", ["d-c"])
    assert before.incident("m-h") == held
    assert before.incident("m-c").id == "m-c"
    assert load_from_store(filled, REFERENCE).incident("m-h") != held


def test_an_unknown_change_is_said(filled: Store) -> None:
    with pytest.raises(NotFound, match="has no change 99; the newest is 2"):
        load_from_store(filled, REFERENCE, 99)
