"""What a store keeps: nothing twice, nothing lost, every state at any change; on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner, Result
from sqlalchemy import text

from geo.cli import main
from geo.errors import InputError, NotFound, StoreError
from geo.models import CountRange, Decision, DecisionKind, Extraction, Link, Records, Relation, Span
from geo.pipeline import load_dataset, load_from_store, load_reference, sync_curated
from geo.rebuild import check, check_estimates, rebuild, relink
from geo.review.correct import correct
from geo.review.proposal import Proposal
from geo.store import has_store
from geo.store.backup import copy_to, restore
from geo.store.check import check_rows
from geo.store.digest import as_text, digest_at, digests
from geo.store.engine import Store, open_store
from geo.store.ingest import ingest
from geo.store.migrate import FOLDER
from geo.store.read import counts, history, read_state, stamp
from geo.store.rows import claim_row, link_id
from geo.store.schema import HEAD, REVISIONS, metadata
from geo.store.write import change, put_decisions, put_records, replace_origin
from geo.vocab import default_vocabulary
from tests.builders import at_point, claim, count, document, mention, on, same
from tests.soak.work import BATCH, claims_by_document, curated, extractions, part_of_curated
from tests.store_servers import KINDS, fresh_db

RULES = "rules@1"


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return fresh_db(request.param, tmp_path)


@pytest.fixture
def store(db: str) -> Iterator[Store]:
    opened = open_store(db)
    yield opened
    opened.close()


def proved(store: Store) -> None:
    assert check(store, default_vocabulary()).faults == ()


def put(store: Store, records: Records, origin: str = "curated") -> int | None:
    with change(store, "tester", "test") as made:
        put_records(made, records, origin)
    return made.n


def blast(key: str, killed: int = 3, **more: object) -> Records:
    """A document with one mention of a bombing."""
    return Records(
        (document(key, **more),),
        (mention(key, key),),
        (
            claim(key, key, "event_type", "bombing"),
            claim(key, key, "date", on("2025-02-28")),
            claim(key, key, "place", at_point("Mastung", "Mastung", 29.8, 66.8)),
            claim(key, key, "killed.total", count(killed)),
        ),
    )


# --- schema -------------------------------------------------------------------------------------------------------


def test_the_migrations_give_the_tables_that_the_code_knows(store: Store) -> None:
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_known_revisions_are_those_of_the_migrations() -> None:
    found = ScriptDirectory(str(FOLDER))
    assert tuple(script.revision for script in reversed(list(found.walk_revisions()))) == REVISIONS
    assert found.get_current_head() == HEAD


# --- ingest -------------------------------------------------------------------------------------------------------


def test_what_is_ingested_comes_back_as_it_was_read(store: Store) -> None:
    ingest(store, extractions(), "tester", RULES)
    records = read_state(store).records
    by_id = {held.id: held for held in records.documents}
    assert len(by_id) == len(extractions())
    for extraction in extractions():
        assert by_id[extraction.document.id] == extraction.document
        assert {c for c in records.claims if c.document_id == extraction.document.id} == set(extraction.claims)
        assert set(extraction.mentions) <= set(records.mentions)
    rebuild(store, default_vocabulary())
    proved(store)


def test_ingesting_again_changes_nothing(store: Store) -> None:
    first = ingest(store, extractions()[:BATCH], "tester", RULES)
    before, held = stamp(store), counts(store)
    again = ingest(store, extractions()[:BATCH], "another", RULES)
    assert [outcome.what for outcome in first] == ["new"] * BATCH
    assert [outcome.what for outcome in again] == ["unchanged"] * BATCH
    assert (stamp(store), counts(store)) == (before, held)


def reread(extraction: Extraction, killed: int, rules: str) -> Extraction:
    """The same words, read as another number by other rules."""
    claims = tuple(
        replace(c, value=CountRange.exactly(killed), origin=rules) if c.field == "killed.total" else c
        for c in extraction.claims
    )
    return replace(extraction, claims=claims)


def figures(store: Store, n: int | None = None) -> set[tuple[int, str]]:
    held = read_state(store, n).records.claims
    return {(c.value.best, c.origin) for c in held if c.field == "killed.total" and isinstance(c.value, CountRange)}  # type: ignore[misc]


def test_newer_rules_supersede_and_the_older_reading_can_be_asked_for(store: Store) -> None:
    extraction = extractions()[0]
    ingest(store, [extraction], "tester", RULES)
    old = figures(store)
    outcome = ingest(store, [reread(extraction, 99, "rules@2")], "tester", "rules@2")
    assert outcome[0].what == "refreshed"
    assert figures(store) == {(99, "rules@2")}
    assert figures(store, 1) == old
    assert counts(store)["documents"] == {"live": 1, "ever": 1}
    proved(store)


def test_older_rules_never_replace_what_newer_ones_read(store: Store) -> None:
    extraction = extractions()[0]
    ingest(store, [reread(extraction, 99, "rules@2")], "tester", "rules@2")
    assert ingest(store, [extraction], "tester", RULES)[0].what == "kept"
    assert figures(store) == {(99, "rules@2")}


def test_what_is_not_read_any_more_is_withdrawn_unless_a_person_spoke_of_it(store: Store) -> None:
    extraction = extractions()[0]
    kept, *others = extraction.mentions
    assert others, "the article must tell of two incidents"
    ingest(store, [extraction], "tester", RULES)
    by_person = correct(
        Proposal(others[0]), extraction.document, "killed.total", CountRange.exactly(7), "police", default_vocabulary()
    ).corrections["killed.total"]
    put(store, Records(claims=(by_person,)), "review:tester")
    fewer = replace(extraction, mentions=(kept,), claims=tuple(c for c in extraction.claims if c.mention_id == kept.id))
    ingest(store, [fewer], "tester", RULES)
    records = read_state(store).records
    assert {m.id for m in records.mentions} == {kept.id, others[0].id}
    assert [c for c in records.claims if c.mention_id == others[0].id] == [by_person]
    with change(store, "tester", "take back") as made:
        made.withdraw("claims", [by_person.id])
    ingest(store, [fewer], "tester", RULES)
    assert {m.id for m in read_state(store).records.mentions} == {kept.id}
    proved(store)


def test_a_document_given_again_with_less_known_of_it_forgets_nothing(store: Store) -> None:
    extraction = extractions()[0]
    ingest(store, [extraction], "tester", RULES)
    unsure = replace(extraction.document, publisher="unknown outlet", published=None)
    assert ingest(store, [replace(extraction, document=unsure)], "tester", RULES)[0].what == "unchanged"
    assert read_state(store).records.documents == (extraction.document,)


def test_a_publisher_named_later_is_taken_and_the_text_stays(store: Store) -> None:
    extraction = extractions()[0]
    ingest(store, [replace(extraction, document=replace(extraction.document, publisher="unknown outlet"))], "a", RULES)
    given = replace(extraction.document, text="another text")
    ingest(store, [replace(extraction, document=given)], "b", RULES)
    assert read_state(store).records.documents == (extraction.document,)
    proved(store)


def test_parts_of_a_campaign_told_in_one_article_are_linked(store: Store) -> None:
    extraction = extractions()[0]
    part, whole = (m.id for m in extraction.mentions[:2])
    ingest(store, [replace(extraction, part_of={part: whole})], "tester", RULES)
    (link,) = read_state(store).records.links
    assert (link.a, link.b, link.relation) == (part, whole, Relation.PART_OF)
    ingest(store, [extraction], "tester", RULES)
    assert read_state(store).records.links == ()


# --- changes ------------------------------------------------------------------------------------------------------


def test_every_change_says_who_when_and_what(store: Store) -> None:
    put(store, blast("a"))
    ingest(store, extractions()[:1], "Amna", RULES)
    newest, first = history(store)
    assert (newest["n"], newest["who"], newest["what"]) == (2, "Amna", "ingest of 1 documents")
    assert first["n"] == 1
    assert first["at"] < newest["at"]


def test_a_change_that_fails_leaves_no_trace(store: Store) -> None:
    put(store, blast("a"))
    before = stamp(store)
    broken = replace(document("c"), publisher=None)  # type: ignore[arg-type]
    with pytest.raises(StoreError):
        put(store, blast("b").plus(Records((broken,))))
    assert stamp(store) == before
    assert [held.id for held in read_state(store).records.documents] == ["d-a"]


@pytest.mark.parametrize("seed", range(3))
def test_the_state_at_any_change_is_what_it_was(store: Store, seed: int) -> None:
    """Random puts and withdrawals against a model that keeps every state as a copy."""
    chance, model, states = random.Random(seed), {}, [{}]
    for _ in range(25):
        with change(store, "tester", "random") as made:
            for key in chance.sample("abcdefgh", 3):
                if chance.random() < 0.3 and key in model:
                    made.withdraw("documents", [f"d-{key}"])
                    del model[key]
                else:
                    model[key] = document(key, publisher=chance.choice(["dawn", "dawn", "nukta"]))
                    put_records(made, Records((model[key],)), "curated")
        if made.n is not None:
            states.append(dict(model))
    for n, expected in enumerate(states):
        held = {found.id: found for found in read_state(store, n).records.documents}
        assert held == {found.id: found for found in expected.values()}, f"at change {n}"
    assert check_rows(store) == ()


def test_an_unknown_change_is_said_never_guessed(store: Store) -> None:
    put(store, blast("a"))
    with pytest.raises(NotFound, match="no change 7; the newest is 1"):
        read_state(store, 7)


# --- curated ------------------------------------------------------------------------------------------------------


def test_curated_rows_follow_the_files_and_decisions_stay(store: Store) -> None:
    with change(store, "curated files", "all") as made:
        replace_origin(made, curated(), "curated")
    subject = curated().mentions[-1].id
    decision = Decision("x-1", DecisionKind.ACCEPT, subject, "Amna", "2026-11-20T12:00:00+00:00", reason="clear")
    with change(store, "Amna", "decision") as made:
        put_decisions(made, [decision])
    with change(store, "curated files", "fewer") as made:
        replace_origin(made, part_of_curated(5), "curated")
    state = read_state(store)
    assert {d.id for d in state.records.documents} == {d.id for d in part_of_curated(5).documents}
    assert state.decisions == (decision,)
    proved(store)
    with change(store, "curated files", "back") as made:
        replace_origin(made, curated(), "curated")
    assert set(read_state(store).records.claims) == set(curated().claims)
    proved(store)


def test_a_start_with_the_same_files_writes_nothing(store: Store) -> None:
    reference = load_reference()
    assert sync_curated(store, reference) == ()
    before = stamp(store)
    sync_curated(store, reference)
    assert stamp(store) == before
    shown, from_files = load_from_store(store, reference), load_dataset()
    assert shown.incidents == from_files.incidents
    assert shown.version.startswith("1-")


def test_withdrawing_curated_rows_ends_links_that_others_made_to_them(store: Store) -> None:
    put(store, blast("a"))
    put(store, blast("b"), "ingest")
    put(store, Records(links=(replace(same("b", "a"), origin="link@1"),)), "link@1")
    with change(store, "curated files", "gone") as made:
        replace_origin(made, Records(), "curated")
    assert read_state(store).records.links == ()
    proved(store)


# --- data version and decisions -----------------------------------------------------------------------------------


def test_the_data_version_counts_changes_and_covers_rows(store: Store) -> None:
    reference = load_reference()
    put(store, blast("a"))
    first = load_from_store(store, reference).version
    put(store, blast("b"))
    second = load_from_store(store, reference)
    assert (first[:2], second.version[:2]) == ("1-", "2-")
    assert first[2:] != second.version[2:]
    assert load_from_store(store, reference, n=1).version == first
    assert len(second.incidents) == 2


def decide(store: Store, key: str, kind: DecisionKind, subject: str, **more: object) -> None:
    moment = f"2026-11-20T12:00:0{key[-1]}+00:00"
    with change(store, "Amna", "decision") as made:
        put_decisions(made, [Decision(key, kind, subject, "Amna", moment, **more)])  # type: ignore[arg-type]


def groups(store: Store) -> int:
    return len(load_from_store(store, load_reference()).incidents)


def test_an_accepted_suggestion_joins_and_undoing_parts_again(store: Store) -> None:
    put(store, blast("a"))
    put(store, blast("b"))
    suggestion = same("a", "b", certain=False)
    put(store, Records(links=(suggestion,)))
    key = link_id("m-a", "m-b", "same", "curated")
    assert groups(store) == 2
    decide(store, "x-1", DecisionKind.ACCEPT, key)
    assert groups(store) == 1
    decide(store, "x-2", DecisionKind.ACCEPT, key, undoes="x-1")
    assert groups(store) == 2
    decide(store, "x-3", DecisionKind.ACCEPT, key, undoes="x-2")
    assert groups(store) == 1
    proved(store)


def test_a_rejected_link_parts_and_a_persons_own_joins(store: Store) -> None:
    put(store, blast("a"))
    put(store, blast("b"))
    put(store, Records(links=(same("a", "b"),)))
    assert groups(store) == 1
    decide(store, "x-1", DecisionKind.REJECT, link_id("m-a", "m-b", "same", "curated"))
    assert groups(store) == 2
    assert len(read_state(store).records.links) == 1, "what was found stays stored"
    decide(
        store, "x-2", DecisionKind.LINK, "m-a", after={"a": "m-a", "b": "m-b", "relation": "same"}, reason="one bomb"
    )
    assert groups(store) == 1
    proved(store)


def test_reports_of_one_happening_are_linked_and_linking_again_changes_nothing(store: Store) -> None:
    vocabulary = default_vocabulary()
    put(store, blast("a"))
    put(store, blast("b", publisher="nukta"))
    assert groups(store) == 2
    assert relink(store, vocabulary, "tester") == 3
    assert groups(store) == 1
    assert relink(store, vocabulary, "tester") is None
    with change(store, "tester", "gone") as made:
        replace_origin(made, blast("a"), "curated")
    relink(store, vocabulary, "tester")
    assert read_state(store).records.links == ()
    proved(store)


# --- check --------------------------------------------------------------------------------------------------------

TAMPERED = {
    "UPDATE documents SET text = 'X' || text": "span",
    "UPDATE claims SET span_start = span_start + 1 WHERE span_start IS NOT NULL": "its span holds",
    "UPDATE claims SET span_end = 999999 WHERE span_end IS NOT NULL": "its span holds None",
    "UPDATE claims SET original = 'a thousand' WHERE field = 'killed.total'": "its span holds",
    "UPDATE claims SET speaker = 'BLA' WHERE field = 'killed.total'": "what it says was changed",
    "UPDATE claims SET value = '{\"low\": 9}' WHERE field = 'date'": "estimates .* rebuilt as",
    "UPDATE claims SET value = '{\"low\": 9}' WHERE field = 'perpetrator'": "cannot be read",
    "UPDATE mentions SET trigger_end = 999999 WHERE trigger_end IS NOT NULL": "trigger words lie outside",
    "DELETE FROM documents": "its document .* is not there",
    "DELETE FROM mentions": "its mention .* is not there",
    "UPDATE links SET b = 'm-none'": "its mention m-none is not there",
    "UPDATE decisions SET subject = 'm-none'": "its subject m-none is not there",
    "UPDATE documents SET withdrawn_in = 1": "no such order of changes",
    "UPDATE estimates SET value = '{\"low\": 77}' WHERE field = 'killed.total'": "estimates .* rebuilt as",
    "DELETE FROM estimates WHERE field = 'killed.total'": "estimates .* kept as None",
    "DELETE FROM claims WHERE field = 'killed.total'": "digest is not that of the rows",
    "UPDATE changes SET digest = 'f' WHERE n = 2": "changes 2: its digest is not that of the rows",
}


@pytest.mark.parametrize("statement", TAMPERED, ids=lambda words: words[:50])
def test_check_finds_what_was_tampered_with(store: Store, statement: str) -> None:
    ingest(store, extractions()[:2], "tester", RULES)
    ends = [extraction.mentions[0].id for extraction in extractions()[:2]]
    put(store, Records(links=(Link(*ends, Relation.RELATED, 0.5, ("test",), "link@1", False),)))
    decide(store, "x-1", DecisionKind.ACCEPT, ends[0])
    rebuild(store, default_vocabulary())
    proved(store)
    with store.writing() as connection:
        connection.execute(text(statement.replace(":", "\\:")))
    found = check(store, default_vocabulary()).faults
    assert any(re.search(TAMPERED[statement], line) for line in found), found


def test_the_digest_tells_states_apart_and_depends_on_live_rows_alone(store: Store) -> None:
    """Changed and withdrawn rows count as the rows that they are; `store check` proves every change's digest."""
    said = []
    for records in (blast("a"), blast("b"), blast("a", killed=9)):
        put(store, records)
        with store.reading() as connection:
            said.append(digest_at(connection, stamp(store).n))
    assert len(set(said)) == 3
    with change(store, "tester", "as it was after the first") as made:
        for name in ("documents", "mentions", "claims"):
            made.withdraw(name, {row["id"] for row in made.live(name, "origin", ["curated"])})
    with store.reading() as connection:
        assert digest_at(connection, 4) == digest_at(connection, 0) == as_text(0) != said[0]
        assert digests(connection) == dict(zip(range(1, 5), [*said, as_text(0)], strict=True))
    assert check_rows(store) == ()


def test_check_finds_a_lost_change(store: Store) -> None:
    for key in "abc":
        put(store, blast(key))
    with store.writing() as connection:
        connection.execute(text("DELETE FROM documents WHERE added_in = 2"))
        connection.execute(text("DELETE FROM mentions WHERE added_in = 2"))
        connection.execute(text("DELETE FROM claims WHERE added_in = 2"))
        connection.execute(text("DELETE FROM changes WHERE n = 2"))
    assert any("without a gap" in line for line in check_rows(store))


def test_estimates_of_an_older_change_are_proved_against_that_change(store: Store) -> None:
    put(store, blast("a"))
    rebuild(store, default_vocabulary())
    put(store, blast("a", killed=9))
    proof = check_estimates(store, default_vocabulary())
    assert proof.faults == ()
    assert proof.proved > 0
    assert proof.notes == ("estimates: kept at change 1, the newest is 2",)


# --- backup -------------------------------------------------------------------------------------------------------


def test_a_backup_restores_rows_changes_and_decisions(store: Store, db: str, tmp_path: Path) -> None:
    ingest(store, extractions()[:BATCH], "tester", RULES)
    decide(store, "x-1", DecisionKind.ACCEPT, extractions()[0].mentions[0].id)
    rebuild(store, default_vocabulary())
    before, held = read_state(store), stamp(store)
    copy_to(store, tmp_path / "copy.sqlite")
    put(store, blast("later"))
    kept = restore(db, tmp_path / "copy.sqlite")
    assert read_state(store) == before
    assert stamp(store) == held
    assert kept is not None
    later = open_store(f"sqlite:///{kept}")
    assert "d-later" in {d.id for d in read_state(later).records.documents}
    later.close()
    proved(store)
    put(store, blast("after the restore"))
    proved(store)


@pytest.mark.parametrize(("source", "target"), [KINDS, KINDS[::-1]])
def test_a_backup_moves_a_store_from_one_database_to_the_other(source: str, target: str, tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "target").mkdir()
    first, other = fresh_db(source, tmp_path / "source"), fresh_db(target, tmp_path / "target")
    store = open_store(first)
    ingest(store, extractions()[:BATCH], "tester", RULES)
    copy_to(store, tmp_path / "copy.sqlite")
    restore(other, tmp_path / "copy.sqlite")
    moved = open_store(other)
    assert read_state(moved) == read_state(store)
    reference = load_reference()
    assert load_from_store(moved, reference).version == load_from_store(store, reference).version
    proved(moved)
    moved.close()
    store.close()


def test_a_backup_never_writes_over_a_file(store: Store, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        copy_to(store, tmp_path / "there")
    assert (tmp_path / "there").read_text() == "mine"


# --- command line -------------------------------------------------------------------------------------------------


def geo(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(main, list(arguments), input=given)


def test_ingest_and_store_from_the_command_line(db: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    article = (
        "TITLE: Blast\n\nQUETTA: Three people were killed when a bomb exploded in Mastung on Monday, police said.\n"
    )
    (tmp_path / "in" / "a.txt").write_text(article)
    (tmp_path / "in" / "b.json").write_text("no json")
    first = geo("ingest", str(tmp_path / "in"), "--db", db, "--published", "2025-03-04", "--publisher", "Dawn")
    assert (first.exit_code, first.stdout.split("\t")[0]) == (0, "new")
    assert "b.json: is not JSON" in first.stderr
    again = geo("ingest", "-", "--db", db, given=article)
    assert again.stdout.startswith("unchanged"), "publisher and day are known from the first time"
    assert geo("ingest", str(tmp_path / "in"), "--db", db, "--strict").exit_code == 1
    assert "data version 3-" in geo("store", "info", "--db", db).stdout
    assert geo("store", "check", "--db", db).stdout.startswith("sound: ")
    assert geo("store", "rebuild", "--db", db).exit_code == 0
    copy = str(tmp_path / "copy.sqlite")
    assert geo("store", "backup", copy, "--db", db).exit_code == 0
    assert "kept in" in geo("store", "restore", copy, "--db", db).stdout
    store = open_store(db)
    with store.writing() as connection:
        connection.execute(text("UPDATE claims SET speaker = 'BLA'"))
    store.close()
    failed = geo("store", "check", "--db", db)
    assert isinstance(failed.exception, StoreError)
    assert failed.exception.exit_code == 3


def test_jobs_read_the_same(tmp_path: Path) -> None:
    db = fresh_db("sqlite", tmp_path)
    lines = [
        orjson.dumps({"id": e.document.id, "text": e.document.text, "published": "2025-03-04"}) for e in extractions()
    ]
    (tmp_path / "many.jsonl").write_bytes(b"\n".join(lines))
    done = geo("ingest", str(tmp_path / "many.jsonl"), "--db", db, "--jobs", "2")
    assert done.stdout.count("new\t") == len(extractions())
    assert geo("ingest", str(tmp_path / "many.jsonl"), "--db", db).stdout.count("unchanged\t") == len(extractions())


# --- small --------------------------------------------------------------------------------------------------------


def test_asking_whether_there_is_a_store_makes_none(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'folder' / 'incidents.sqlite'}"
    assert not has_store(db)
    with pytest.raises(StoreError, match=r"no store at .*`ingest` makes one"):
        open_store(db, create=False)
    assert list(tmp_path.iterdir()) == []
    open_store(db).close()
    assert has_store(db)


def test_a_claim_is_stored_whole(store: Store) -> None:
    held = claim("a", "a", "killed.total", count(3), said_on="2025-03-02")
    held = replace(held, speaker_span=Span(4, 9))
    put(store, Records((document("a", text="police said three"),), (mention("a", "a"),), (held,)))
    assert read_state(store).records.claims == (held,)
    assert claim_row(held)["speaker_start"] == 4
    assert claims_by_document(read_state(store).records) == {"d-a": {held.id}}
