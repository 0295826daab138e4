"""What waits for a person: the queue, its parts and pages; stored reports as proposals, and corrections as steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from geo.models import CountRange, Decision, DecisionKind, Document, Link, Place, Relation
from geo.review.correct import correct as corrected
from geo.review.correct import leave_out, place_in_districts
from geo.review.correct import undo as taken_back
from geo.review.decide import accept, correct, merge, reject, split, undo
from geo.review.proposal import Proposal, Said
from geo.review.queue import About, Decided, Kind, Queue, Report, Wanted, build_queue, conflict_of, decided, reasons
from geo.review.reading import read_decisions, read_open_links, read_reports, read_shown
from geo.review.stored import steps, stored_proposals
from geo.store.engine import Store, open_store
from geo.store.rows import link_id
from geo.vocab import default_vocabulary
from tests.make_reports import store_reports
from tests.store_servers import KINDS, fresh_db

VOCABULARY = default_vocabulary()
WHO = "Ayesha"
ALL = Wanted(kind=None)


def report(key: str, day: str | None, document: str | None = None, publisher: str = "dawn", start: int = 0) -> Report:
    published = date.fromisoformat(day) if day else None
    return Report(f"m-{key}", f"d-{document or key}", publisher, published, f"Headline {key}", start)


REPORTS = (
    report("a", "2025-03-01"),
    report("b2", "2025-03-02", "b", start=90),
    report("b1", "2025-03-02", "b", start=10),
    report("c", None, publisher="geo"),
)
ABOUT = {
    "m-a": About("m-a", "Blast in Mastung", ("Mastung",)),
    "m-b1": About("m-b1", "Attack in Kalat", ("Kalat",)),
    "m-b2": About("m-b2", "Blast in Kalat", ("Kalat",)),
    "m-c": About("m-c", "Attack near Kalat and Mastung", ("Kalat", "Mastung")),
    "m-x": About("m-x", "Known blast", ("Mastung",)),
    "m-y": About("m-x", "Known blast", ("Mastung",)),
}


def link(a: str, b: str, *why: str) -> Link:
    return Link(f"m-{a}", f"m-{b}", Relation.SAME, 0.6, why or ("same day (+2.6)",), "link@1", certain=False)


def key_of(one: Link) -> str:
    return link_id(one.a, one.b, one.relation, one.origin)


def made(*links: Link, known: Decided | None = None) -> Queue:
    return build_queue(REPORTS, links, ABOUT.get, known or Decided())


def ids(queue: Queue, wanted: Wanted = ALL) -> list[str]:
    return [item.id for item in queue.part(wanted)]


# --- the queue ----------------------------------------------------------------------------------------------------


def test_the_newest_waits_first_and_incidents_of_one_text_stay_in_its_order() -> None:
    assert ids(made()) == ["m-b1", "m-b2", "m-a", "m-c"]
    assert ids(made(), replace(ALL, newest_first=False))[0] == "m-c"


def test_what_was_accepted_is_gone_and_what_was_rejected_has_its_own_list() -> None:
    queue = made(known=Decided(frozenset({"m-a"}), {"m-c": "x-1"}))
    assert ids(queue, Wanted(Kind.REPORT)) == ["m-b1", "m-b2"]
    assert ids(queue, Wanted(Kind.REJECTED)) == ["m-c"]


def test_a_suggestion_waits_until_its_ends_are_one_incident_or_one_is_rejected() -> None:
    apart, one, lost = link("a", "x"), link("x", "y"), link("c", "x")
    conflict = link("b1", "x", "7 killed in both (+2.7)", "but: rival claims: bla / blf")
    queue = made(apart, one, lost, conflict, known=Decided(rejected={"m-c": "x-1"}))
    assert ids(queue, Wanted(Kind.SUGGESTION)) == [key_of(apart)]
    assert ids(queue, Wanted(Kind.CONFLICT)) == [key_of(conflict)]
    assert queue.at[key_of(apart)].titles == ("Blast in Mastung", "Known blast")
    refused = made(apart, known=Decided(rejected={key_of(apart): "x-2"}))
    assert ids(refused, Wanted(Kind.REJECTED)) == [key_of(apart)]
    assert not ids(made(apart, known=Decided(frozenset({key_of(apart)}))), Wanted(Kind.SUGGESTION))


def test_filters_count_what_a_choice_would_show() -> None:
    queue, kalat, every = made(), Wanted(Kind.REPORT, district="Kalat"), Wanted(Kind.REPORT)
    assert queue.districts(every) == {"Kalat": 3, "Mastung": 2}
    assert queue.publishers(every) == {"dawn": 3, "geo": 1}
    assert ids(queue, kalat) == ["m-b1", "m-b2", "m-c"]
    assert queue.districts(kalat) == {"Kalat": 3, "Mastung": 2}
    assert queue.publishers(kalat) == {"dawn": 2, "geo": 1}
    assert ids(queue, replace(kalat, publisher="geo")) == ["m-c"]
    assert queue.kinds() == {Kind.REPORT: 4}


def test_what_was_decided_since_is_left_out_of_lists_and_counts() -> None:
    queue, wanted, gone = made(), Wanted(Kind.REPORT), frozenset({"m-b2", "not-there"})
    assert [item.id for item in queue.page(wanted, gone, 0, 2)] == ["m-b1", "m-a"]
    assert [item.id for item in queue.page(wanted, gone, 2, 2)] == ["m-c"]
    assert queue.count(wanted, gone) == 3
    assert queue.place(wanted, gone, "m-a") == 1
    assert queue.place(wanted, gone, "m-b2") is None
    assert queue.districts(wanted, gone) == {"Kalat": 2, "Mastung": 2}
    assert queue.kinds(gone) == {Kind.REPORT: 3}


def test_a_hundred_thousand_may_wait() -> None:
    reports = [Report(f"m-{n}", f"d-{n // 3}", f"p-{n % 50}", date(2025, 1, 1 + n % 28), "", n) for n in range(100_000)]
    queue = build_queue(reports, (), lambda key: About(key, "Blast", (f"District {len(key)}",)), Decided())
    wanted = Wanted(Kind.REPORT)
    assert queue.count(wanted) == 100_000
    assert len(queue.page(wanted, (), 0, 25)) == 25
    assert queue.part(wanted) is queue.part(wanted), "a part is picked out once"


def decision(key: str, kind: DecisionKind, subject: str, undoes: str | None = None, **sides: object) -> Decision:
    return Decision(f"x-{key}", kind, subject, WHO, f"2026-01-01T00:00:0{key}+00:00", undoes=undoes, **sides)  # type: ignore[arg-type]


def test_the_latest_word_counts_and_undoing_brings_an_item_back() -> None:
    yes, no = DecisionKind.ACCEPT, DecisionKind.REJECT
    assert decided([decision("1", yes, "m-a")]).looked_at == {"m-a"}
    assert decided([decision("1", yes, "m-a"), decision("2", yes, "m-a", "x-1")]) == Decided()
    later = decided([decision("1", yes, "m-a"), decision("2", no, "m-a")])
    assert later == Decided(frozenset(), {"m-a": "x-2"})
    assert later.since(Decided()) == {"m-a"}
    assert decided([decision("2", no, "m-a")], decided([decision("1", yes, "m-a")])) == later, "one after another too"
    fixed = decided([decision("1", DecisionKind.CORRECT, "c-1", after={"id": "c-2", "mention_id": "m-a"})])
    assert "m-a" in fixed.looked_at, "who corrected a report has looked at it"


def test_a_score_is_told_in_words() -> None:
    labels = {"bombing": "Bombing", "sabotage": "Sabotage", "bla": "BLA", "blf": "BLF"}
    why = ("chance (-4.0)", "bombing / sabotage (+0.3)", "days overlap within 2 (+2.2)", "killed: 4 / 3, rising (-0.2)")
    assert [(reason.words, reason.points) for reason in reasons(why, labels)] == [
        ("Two reports seldom tell of one happening", -4.0),
        ("The days overlap, known to within 2 days", 2.2),
        ("Kind of incident: Bombing / Sabotage", 0.3),
        ("Killed: 4 / 3, rising", -0.2),
    ]
    assert conflict_of(link("a", "x", "but: rival claims: bla / blf"), labels) == "rival claims: BLA / BLF"
    assert conflict_of(link("a", "x")) is None


# --- from a store -------------------------------------------------------------------------------------------------


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    db = fresh_db(request.param, tmp_path)
    store_reports(db)
    opened = open_store(db)
    yield opened
    opened.close()


def named(store: Store, headline: str) -> list[str]:
    """The mentions of an article, in its order."""
    found = [report for report in read_reports(store) if report.headline == headline]
    return [report.id for report in sorted(found, key=lambda report: report.start)]


def text_of(store: Store, mention_id: str) -> Document:
    records = read_shown(store, [mention_id]).state.records
    mention = next(one for one in records.mentions if one.id == mention_id)
    return next(one for one in records.documents if one.id == mention.document_id)


def proposal(store: Store, mention_id: str) -> Proposal:
    shown = read_shown(store, [mention_id])
    told = stored_proposals(
        text_of(store, mention_id), shown.state.records, shown.records, VOCABULARY, shown.state.decisions
    )
    return next(one for one in told if one.id == mention_id)


def store_steps(store: Store, before: Proposal, after: Proposal) -> list[str]:
    """Store corrections as the page does; gives the ids of the decisions."""
    found = []
    for step in steps(before, after, read_shown(store, [before.id]).state.decisions):
        made = undo(store, step.undoes, WHO) if step.undoes else correct(store, step.subject, step.after, WHO)
        found += [one.id for one in made]
    return found


def test_only_what_the_machine_read_waits(store: Store) -> None:
    assert len(read_reports(store)) == 7
    assert {conflict_of(one) is None for one in read_open_links(store)} == {True, False}
    first, second = named(store, "Three killed in Mastung blast")
    assert [one.headline for one in read_reports(store, [second, "m-none"])] == ["Three killed in Mastung blast"]
    assert proposal(store, first).said("killed.total") == Said(CountRange.exactly(3), "police")
    assert proposal(store, first).said("perpetrator").speaker == "BLA"  # type: ignore[union-attr]


def test_decisions_are_read_once_and_anew_after_a_backup(store: Store) -> None:
    (mention,) = named(store, "Labourers abducted in Dasht")
    before, n = read_decisions(store)
    assert before == []
    (one,) = accept(store, [mention], WHO)
    fresh, newest = read_decisions(store, n)
    assert [held.id for held in fresh] == [one.id]
    assert read_decisions(store, newest) == ([], newest)
    again, _ = read_decisions(store, newest + 5)
    assert [held.id for held in again] == [one.id], "a store with an older newest change was put in its place"


def test_a_correction_is_stored_beside_the_machines_reading_and_taken_back(store: Store) -> None:
    first, _ = named(store, "Three killed in Mastung blast")
    before = proposal(store, first)
    document = text_of(store, first)
    five = corrected(before, document, "killed.total", CountRange.exactly(5), "police", VOCABULARY)
    injured = next(claim for claim in five.claims if claim.field == "injured.total")
    wanted = leave_out(five, injured.id, True)
    assert len(store_steps(store, before, wanted)) == 2
    held = proposal(store, first)
    assert held.said("killed.total") == Said(CountRange.exactly(5), "police")
    assert held.main["killed.total"] == Said(CountRange.exactly(3), "police"), "the machine's reading stays"
    assert held.corrections["killed.total"].origin == f"review:{WHO}"
    assert held.left_out == {injured.id}
    assert not list(steps(held, held, ())), "nothing more to store"
    six = corrected(held, document, "killed.total", CountRange.exactly(6), "police", VOCABULARY)
    store_steps(store, held, six)
    twice = proposal(store, first)
    assert twice.count("killed.total") == CountRange.exactly(6)
    store_steps(store, twice, taken_back(twice, "killed.total"))
    once = proposal(store, first)
    assert once == held, "one step back, not two"
    machine = corrected(once, document, "killed.total", CountRange.exactly(3), "police", VOCABULARY)
    store_steps(store, once, machine)
    assert proposal(store, first).said("killed.total") == Said(CountRange.exactly(3), "police")


def test_back_to_the_machine_undoes_the_decision(store: Store) -> None:
    (mention,) = named(store, "Labourers abducted in Dasht")
    before = proposal(store, mention)
    document = text_of(store, mention)
    place = place_in_districts("Dasht", ("Mastung",))
    wanted = corrected(before, document, "place", place, "police", VOCABULARY)
    store_steps(store, before, wanted)
    held = proposal(store, mention)
    chosen = held.place()
    assert isinstance(chosen, Place)
    assert chosen.districts == ("Mastung",)
    store_steps(store, held, taken_back(held, "place"))
    assert proposal(store, mention) == before


def test_a_field_that_the_machine_missed_is_added(store: Store) -> None:
    (mention,) = named(store, "Labourers abducted in Dasht")
    before = proposal(store, mention)
    document = text_of(store, mention)
    wanted = corrected(before, document, "killed.total", CountRange.exactly(1), "police", VOCABULARY)
    store_steps(store, before, wanted)
    assert proposal(store, mention).count("killed.total") == CountRange.exactly(1)


def test_members_follow_what_people_decide(store: Store) -> None:
    first, second = named(store, "Three killed in Mastung blast")
    (again,) = named(store, "Mastung blast toll rises")
    assert set(read_shown(store, [first]).members[first]) == {first, again}
    (taken,) = split(store, [again], WHO, "another day")
    assert read_shown(store, [first]).members[first] == (first,)
    undo(store, taken.id, WHO)
    merge(store, first, second, WHO, "one attack")
    assert set(read_shown(store, [first]).members[first]) == {first, again, second}


def test_a_rejected_report_is_kept_and_shown_as_rejected(store: Store) -> None:
    (mention,) = named(store, "Labourers abducted in Dasht")
    before = proposal(store, mention)
    reject(store, [mention], WHO, "told twice")
    held = proposal(store, mention)
    assert not held.kept
    assert held.main == before.main
    known = decided(read_decisions(store)[0])
    queue = build_queue(read_reports(store), (), lambda _: None, known)
    assert [item.headline for item in queue.part(Wanted(Kind.REJECTED))] == ["Labourers abducted in Dasht"]
