"""What people decide: stored whole, taking effect, undone; on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from geo.assemble import components
from geo.errors import InputError
from geo.models import CountRange, Decision, Incident, Link, Records, Relation, Review
from geo.rebuild import check, decided, incidents_of, rebuild
from geo.review.decide import accept, correct, history, merge, reject, split, undo
from geo.store.engine import Store, open_store
from geo.store.ingest import ingest
from geo.store.read import read_state, stamp
from geo.store.rows import link_id
from geo.store.write import change, put_records
from geo.vocab import default_vocabulary
from tests.builders import at_point, claim, count, document, mention, on, same
from tests.soak.work import extractions
from tests.store_servers import KINDS, fresh_db


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return fresh_db(request.param, tmp_path)


@pytest.fixture
def store(db: str) -> Iterator[Store]:
    """Five reports that the machine read: a, b and c of one blast, d likely of it too, and e."""
    opened = open_store(db)
    with change(opened, "tester", "reports") as made:
        for key in "abcde":
            put_records(made, report(key), "ingest")
        put_records(made, Records(links=LINKS), "link@1")
    yield opened
    assert check(opened, default_vocabulary()).faults == ()
    opened.close()


def report(key: str, killed: int = 3) -> Records:
    rules = {"origin": "rules@1"}
    return Records(
        (document(key, published=f"2025-03-0{'abcde'.index(key) + 1}"),),
        (mention(key, key),),
        (
            claim(key, key, "event_type", "bombing", **rules),
            claim(key, key, "date", on("2025-02-28"), **rules),
            claim(key, key, "place", at_point("Mastung", "Mastung", 29.8, 66.8), **rules),
            claim(key, key, "killed.total", count(killed), **rules),
        ),
    )


def found(a: str, b: str, score: float, certain: bool = True) -> Link:
    return Link(f"m-{a}", f"m-{b}", Relation.SAME, score, ("test",), "link@1", certain)


LINKS = (found("a", "b", 0.9), found("b", "c", 0.95), found("c", "d", 0.5, certain=False))
SUGGESTION = link_id("m-c", "m-d", Relation.SAME, "link@1")


def incidents(store: Store) -> dict[str, Incident]:
    records = decided(read_state(store))
    return {incident.id: incident for incident in incidents_of(records, default_vocabulary())}


def groups(store: Store) -> dict[str, str]:
    """The letters of each incident's reports, by its id."""
    found = components(decided(read_state(store)))
    return {group[0][2:]: "".join(sorted(key[2:] for key in group)) for group in found}


def told(action: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        action()
    line = str(caught.value)
    assert "\n" not in line
    return line


def claim_of(store: Store, key: str, name: str) -> str:
    claims = decided(read_state(store)).claims
    (wanted,) = [claim for claim in claims if (claim.mention_id, claim.field) == (f"m-{key}", name)]
    return wanted.id


def toll(store: Store, incident: str) -> object:
    estimate = incidents(store)[f"m-{incident}"].estimates.get("killed.total")
    return estimate.value if estimate else None


def one(decisions: tuple[Decision, ...]) -> Decision:
    (decision,) = decisions
    return decision


# --- accept and reject --------------------------------------------------------------------------------------------


def test_an_incident_is_reviewed_when_all_its_reports_are(store: Store) -> None:
    accept(store, ["m-a", "m-b"], "Amna", "read both")
    assert incidents(store)["m-a"].review is Review.UNREVIEWED
    accept(store, ["m-c"], "Amna")
    assert incidents(store)["m-a"].review is Review.REVIEWED
    assert incidents(store)["m-e"].review is Review.UNREVIEWED


def test_a_whole_incident_is_accepted_by_any_of_its_reports(store: Store) -> None:
    accept(store, ["m-b"], "Amna")
    made = accept(store, ["m-c"], "Bilal", whole=True)
    assert sorted(decision.subject for decision in made) == ["m-a", "m-c"]
    assert incidents(store)["m-a"].review is Review.REVIEWED
    assert "accepted already" in told(lambda: accept(store, ["m-a"], "Bilal", whole=True))


def test_a_rejected_report_is_no_incident_and_stays_stored(store: Store) -> None:
    before = len(read_state(store).records.claims)
    reject(store, ["m-a"], "Amna", "it tells of Kabul")
    assert groups(store) == {"b": "bc", "d": "d", "e": "e"}
    reject(store, ["m-c"], "Amna", "and so does this", whole=True)
    assert groups(store) == {"d": "d", "e": "e"}
    assert len(read_state(store).records.claims) == before


def test_an_accepted_suggestion_joins_and_a_rejected_one_never_returns(store: Store) -> None:
    decision = one(accept(store, [SUGGESTION], "Amna"))
    assert groups(store) == {"a": "abcd", "e": "e"}
    assert (decision.before["certain"], decision.after["certain"]) == (False, True)
    undo(store, decision.id, "Amna")
    reject(store, [SUGGESTION], "Amna")
    with change(store, "machine", "links") as made:  # another path between the two
        put_records(made, Records(links=(found("b", "d", 0.8),)), "link@1")
    assert groups(store) == {"a": "abc", "d": "d", "e": "e"}


def test_a_link_taken_away_leaves_what_a_person_accepted(store: Store) -> None:
    accept(store, [SUGGESTION], "Amna")
    with change(store, "machine", "links") as made:
        made.withdraw("links", {SUGGESTION})
    assert groups(store) == {"a": "abcd", "e": "e"}


@pytest.mark.parametrize("subjects", [["m-a", "m-none"], ["m-none"], ["l-none", "m-a"]])
def test_what_is_not_there_is_said_and_nothing_is_stored(store: Store, subjects: list[str]) -> None:
    before = stamp(store)
    for decide in (accept, reject):
        assert "not there any more" in told(lambda decide=decide: decide(store, subjects, "Amna"))  # type: ignore[misc]
    assert stamp(store) == before


def test_the_second_to_decide_is_told_what_the_first_did(store: Store) -> None:
    first = one(accept(store, ["m-a"], "Amna"))
    before = stamp(store)
    line = told(lambda: reject(store, ["m-b", "m-a"], "Bilal"))
    assert line.startswith("m-a was accepted by Amna on ")
    assert first.id in line
    assert stamp(store) == before
    accept(store, [SUGGESTION], "Amna")
    assert "was accepted by Amna" in told(lambda: reject(store, [SUGGESTION], "Bilal"))


def test_who_decides_must_be_said(store: Store) -> None:
    assert "needs the name" in told(lambda: accept(store, ["m-a"], "  "))
    assert "nothing was chosen" in told(lambda: accept(store, [], "Amna"))
    assert "at most" in told(lambda: accept(store, ["m-a"], "Amna", "x" * 3000))


# --- correct ------------------------------------------------------------------------------------------------------


def test_a_claim_is_replaced_dropped_and_added(store: Store) -> None:
    key = claim_of(store, "e", "killed.total")
    decision = one(correct(store, key, {"value": {"low": 5, "best": 5, "high": 5}}, "Amna", "five by the text"))
    assert toll(store, "e") == CountRange.exactly(5)
    assert (decision.before["value"]["best"], decision.after["value"]["best"]) == (3, 5)
    assert incidents(store)["m-e"].review is Review.REVIEWED
    held = decided(read_state(store)).claims
    assert {claim.origin for claim in held if claim.id == decision.after["id"]} == {"review:Amna"}
    assert [claim.value for claim in read_state(store).records.claims if claim.id == key] == [count(3)]
    correct(store, decision.after["id"], None, "Bilal")
    assert toll(store, "e") is None
    added = {"field": "killed.total", "value": {"low": 1, "best": 1, "high": 1}, "speaker": "residents"}
    correct(store, "m-e", added, "Bilal")
    assert toll(store, "e") == CountRange.exactly(1)


def test_undoing_corrections_brings_each_earlier_reading_back(store: Store) -> None:
    first = one(correct(store, claim_of(store, "e", "killed.total"), {"value": {"best": 5}}, "Amna"))
    second = one(correct(store, first.after["id"], {"value": {"best": 6}, "speaker": "residents"}, "Bilal"))
    assert f"undo decision {second.id} first" in told(lambda: undo(store, first.id, "Amna"))
    undo(store, second.id, "Amna")
    assert toll(store, "e") == CountRange(None, 5, None)
    back = one(undo(store, first.id, "Amna"))
    assert toll(store, "e") == CountRange.exactly(3)
    assert incidents(store)["m-e"].review is Review.UNREVIEWED
    undo(store, back.id, "Amna")
    assert toll(store, "e") == CountRange(None, 5, None)
    assert "was undone by Amna" in told(lambda: undo(store, back.id, "Bilal"))


FAULTY: dict[str, dict[str, object]] = {
    "unknown claim field 'killed'": {"field": "killed"},
    "0 <= low <= best": {"value": {"low": 9, "best": 3}},
    "whole numbers": {"value": {"best": 3.5}},
    "cannot be read": {"value": "many"},
    "needs a value": {"value": None},
    "needs its speaker": {"speaker": " "},
    "unknown stance 'sure'": {"stance": "sure"},
    "lies outside the text": {"span": [5, 900]},
    "has no 'colour'": {"colour": "red"},
    "said_on must be a date": {"said_on": "yesterday"},
    "unknown event type 'party'": {"field": "event_type", "value": "party"},
    "unknown district 'Atlantis'": {
        "field": "place",
        "value": {"text": "Atlantis", "where_prec": 3, "districts": ["Atlantis"]},
    },
    "says that already": {},
}


@pytest.mark.parametrize("words", FAULTY)
def test_a_faulty_correction_is_one_line_and_nothing_is_stored(store: Store, words: str) -> None:
    before = stamp(store)
    key = claim_of(store, "e", "killed.total")
    assert words in told(lambda: correct(store, key, FAULTY[words], "Amna"))
    assert stamp(store) == before


def test_two_corrections_of_what_one_saw(store: Store) -> None:
    key = claim_of(store, "e", "killed.total")
    seen = {"value": {"low": 3, "best": 3, "high": 3}}
    correct(store, key, {"value": {"best": 5}}, "Amna", seen=seen)
    held = claim_of(store, "e", "killed.total")
    line = told(lambda: correct(store, key, {"value": {"best": 6}}, "Bilal", seen=seen))
    assert "corrected" in line
    assert claim_of(store, "e", "killed.total") == held


# --- merge and split ----------------------------------------------------------------------------------------------


def test_merged_incidents_are_one_and_every_id_finds_it(store: Store) -> None:
    decision = one(merge(store, "m-e", "m-b", "Amna", "one blast"))
    assert groups(store) == {"a": "abce", "d": "d"}
    assert (decision.before["a"], decision.before["b"]) == (["m-e"], ["m-a", "m-b", "m-c"])
    assert "in one incident already" in told(lambda: merge(store, "m-a", "m-e", "Bilal"))
    undo(store, decision.id, "Bilal")
    assert groups(store) == {"a": "abc", "d": "d", "e": "e"}


@pytest.mark.parametrize("moved", ["b", "a", "ab", "ac", "c"])
def test_split_reports_leave_together_and_no_path_leads_back(store: Store, moved: str) -> None:
    rest = "".join(sorted(set("abc") - set(moved)))
    decision = one(split(store, [f"m-{key}" for key in moved], "Amna"))
    wanted = {moved[0]: moved, rest[0]: rest, "d": "d", "e": "e"}
    assert groups(store) == wanted
    paths = [found(a, b, 0.99) for a, b in ("ab", "ac", "bc")] + [found("a", "e", 0.7), found("b", "e", 0.8)]
    with change(store, "machine", "links") as made:
        put_records(made, Records(links=(*paths, same("a", "b"))), "link@1")
    after = groups(store)
    assert not [group for group in after.values() if set(group) & set(moved) and set(group) & set(rest)]
    assert "".join(sorted("".join(after.values()))) == "abcde", "every report is in exactly one incident"
    undo(store, decision.id, "Amna")
    assert groups(store) == {"a": "abce", "d": "d"}


def test_the_last_word_counts(store: Store) -> None:
    split(store, ["m-c"], "Amna")
    merge(store, "m-a", "m-c", "Bilal")
    assert groups(store)["a"] == "abc"
    split(store, ["m-a"], "Amna")
    assert groups(store) == {"a": "a", "b": "bc", "d": "d", "e": "e"}


def test_a_suggestion_that_would_join_what_was_split_is_refused(store: Store) -> None:
    merge(store, "m-d", "m-a", "Amna")
    split(store, ["m-d"], "Bilal")
    assert "merge the incidents instead" in told(lambda: accept(store, [SUGGESTION], "Amna"))


@pytest.mark.parametrize(
    ("chosen", "words"),
    [("ae", "in another incident"), ("abc", "nothing would stay"), ("e", "nothing would stay"), ("x", "not there")],
)
def test_what_cannot_be_split(store: Store, chosen: str, words: str) -> None:
    assert words in told(lambda: split(store, [f"m-{key}" for key in chosen], "Amna"))


def test_a_rejected_report_cannot_be_merged(store: Store) -> None:
    reject(store, ["m-e"], "Amna")
    assert "m-e was rejected by Amna" in told(lambda: merge(store, "m-e", "m-a", "Bilal"))


# --- history ------------------------------------------------------------------------------------------------------


def test_history_tells_everything_newest_first(store: Store) -> None:
    first = one(accept(store, ["m-a"], "Amna", "read"))
    second = one(merge(store, "m-a", "m-e", "Bilal"))
    back = one(undo(store, first.id, "Chakar"))
    told_of = history(store)
    assert [(decision.id, stands) for decision, stands in told_of] == [
        (back.id, True),
        (second.id, True),
        (first.id, False),
    ]
    assert told_of[0][0].undoes == first.id
    assert [decision for decision, _ in told_of] == [back, second, first]


def test_undoing_an_unknown_decision(store: Store) -> None:
    assert "no decision x-none" in told(lambda: undo(store, "x-none", "Amna"))


def test_estimates_are_proved_after_decisions(store: Store) -> None:
    correct(store, claim_of(store, "a", "killed.total"), {"value": {"best": 9}}, "Amna")
    split(store, ["m-b"], "Amna")
    reject(store, ["m-e"], "Amna")
    assert rebuild(store, default_vocabulary()) > 0
    proof = check(store, default_vocabulary())
    assert (proof.faults, proof.notes) == ((), ())


# --- proof --------------------------------------------------------------------------------------------------------

TAMPERED = {
    "the count of a correction": (
        """UPDATE decisions SET after = REPLACE(CAST(after AS TEXT), '77', '78')""",
        "was changed",
    ),
    "a form that cannot be read": ("""UPDATE decisions SET after = '{"mention_id": "m-a"}'""", "cannot be replayed"),
    "its order": ("""UPDATE decisions SET made = '2001' WHERE undoes IS NOT NULL""", "which was made later"),
    "whom it names": ("""UPDATE decisions SET subject = 'c-none'""", "its subject c-none is not there"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_check_finds_decisions_that_were_tampered_with(tmp_path: Path, what: str) -> None:
    store = open_store(fresh_db("sqlite", tmp_path))
    with change(store, "tester", "reports") as made:
        put_records(made, report("a"), "ingest")
    first = one(correct(store, claim_of(store, "a", "killed.total"), {"value": {"best": 77}}, "Amna"))
    if what == "its order":
        undo(store, first.id, "Amna")
    assert check(store, default_vocabulary()).faults == ()
    statement, words = TAMPERED[what]
    with store.writing() as connection:
        connection.exec_driver_sql(statement)
    found = check(store, default_vocabulary()).faults
    assert any(words in line for line in found), found
    store.close()


def test_decisions_about_what_went_away_are_said_and_no_fault(store: Store) -> None:
    accept(store, ["m-e"], "Amna")
    with change(store, "machine", "gone") as made:
        made.withdraw("documents", {"d-e"})
        made.withdraw("mentions", {"m-e"})
        made.withdraw("claims", {row["id"] for row in made.live("claims", "mention_id", ["m-e"])})
    proof = check(store, default_vocabulary())
    assert proof.faults == ()
    assert "decisions: 1 are about what was withdrawn since" in proof.notes


def test_what_a_person_corrected_outlives_what_the_machine_reads(store: Store) -> None:
    extraction = extractions()[0]
    kept, other = extraction.mentions[:2]
    ingest(store, [extraction], "tester", "rules@1")
    key = next(c.id for c in extraction.claims if (c.mention_id, c.field) == (other.id, "killed.total"))
    made = one(correct(store, key, {"value": {"best": 77}}, "Amna"))
    fewer = replace(extraction, mentions=(kept,), claims=tuple(c for c in extraction.claims if c.mention_id == kept.id))
    ingest(store, [fewer], "tester", "rules@1")
    left = decided(read_state(store))
    assert other.id in {mention.id for mention in left.mentions}
    assert [claim.id for claim in left.claims if claim.mention_id == other.id] == [made.after["id"]]


@pytest.mark.parametrize("how", ["accepted suggestion", "merge"])
def test_what_a_person_joined_stays_when_it_is_not_read_any_more(store: Store, how: str) -> None:
    extraction = extractions()[0]
    kept, other = extraction.mentions[:2]
    ingest(store, [extraction], "tester", "rules@1")
    suggestion = Link("m-a", other.id, Relation.SAME, 0.5, ("test",), "link@1", False)
    with change(store, "machine", "links") as made:
        put_records(made, Records(links=(suggestion,)), "link@1")
    if how == "merge":
        decision = one(merge(store, "m-a", other.id, "Amna"))
    else:
        decision = one(accept(store, [link_id("m-a", other.id, Relation.SAME, "link@1")], "Amna"))
    fewer = replace(extraction, mentions=(kept,), claims=tuple(c for c in extraction.claims if c.mention_id == kept.id))
    ingest(store, [fewer], "tester", "rules@1")
    (group,) = [group for group in components(decided(read_state(store))) if "m-a" in group]
    assert set(group) == {"m-a", "m-b", "m-c", other.id}
    undo(store, decision.id, "Amna")
    assert len(incidents(store)["m-a"].mentions) == 3
