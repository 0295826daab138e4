"""An article with a person's corrections in the store: whole or not at all, once, and never over another's decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from geo.decisions import apply_decisions
from geo.documents import prepare, read_plain
from geo.errors import InputError
from geo.extract import Result, read
from geo.extract.resolve import ORIGIN
from geo.models import ActorRef, Basis, Claim, CountRange, DecisionKind, Incident, Review
from geo.rebuild import check, decided, incidents_of
from geo.review.correct import add_incident, correct, leave_out
from geo.review.decide import correct as decide_correct
from geo.review.decide import history, undo
from geo.review.keep import keep, link_kept
from geo.review.proposal import Proposal, propose
from geo.store.engine import Store, open_store
from geo.store.read import read_state
from geo.vocab import default_vocabulary
from tests.article import ARTICLE
from tests.store_servers import KINDS, fresh_db

VOCABULARY = default_vocabulary()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(fresh_db(request.param, tmp_path))
    yield opened
    assert check(opened, VOCABULARY).faults == ()
    opened.close()


@pytest.fixture(scope="module")
def result() -> Result:
    prepared = prepare(read_plain(ARTICLE, "a.txt"))
    return read(prepared.document, prepared.warnings)


@pytest.fixture
def proposals(result: Result) -> tuple[Proposal, ...]:
    return propose(result, VOCABULARY)


def store_it(store: Store, result: Result, proposals: tuple[Proposal, ...], who: str = "Asma", **more: bool) -> int:
    return keep(store, result.extraction, proposals, who, ORIGIN, VOCABULARY, **more).decisions


def corrected(proposal: Proposal, result: Result, killed: int = 4, speaker: str = "officials") -> Proposal:
    count = CountRange.exactly(killed)
    return correct(proposal, result.extraction.document, "killed.security", count, speaker, VOCABULARY)


def claims_of(store: Store, mention_id: str, name: str) -> list[Claim]:
    claims = apply_decisions(read_state(store).records, read_state(store).decisions).records.claims
    return [claim for claim in claims if claim.mention_id == mention_id and claim.field == name]


def incidents(store: Store) -> dict[str, Incident]:
    return {incident.id: incident for incident in incidents_of(decided(read_state(store)), VOCABULARY)}


def values(claims: list[Claim]) -> set[tuple[int | None, str]]:
    return {(c.value.best, c.origin) for c in claims if isinstance(c.value, CountRange)}


def test_what_was_read_is_stored_beside_what_a_person_says(
    store: Store, result: Result, proposals: tuple[Proposal, ...]
) -> None:
    first, second = proposals
    assert store_it(store, result, (corrected(first, result), replace(second, kept=False))) == 2
    machine = [claim for claim in read_state(store).records.claims if claim.origin == ORIGIN]
    assert {claim.id for claim in machine} == {claim.id for claim in result.extraction.claims}, "as it was read"
    assert (4, "review:Asma") in values(claims_of(store, first.id, "killed.security"))
    assert (2, ORIGIN) not in values(claims_of(store, first.id, "killed.security"))
    assert [(d.kind, d.subject, d.who) for d, standing in history(store) if d.kind is DecisionKind.REJECT] == [
        (DecisionKind.REJECT, second.id, "Asma")
    ]
    link_kept(store, "Asma", VOCABULARY)
    found = incidents(store)
    assert set(found) == {first.id}
    assert found[first.id].review is Review.REVIEWED
    for decision, _ in history(store):
        undo(store, decision.id, "Asma")
    link_kept(store, "Asma", VOCABULARY)
    assert set(incidents(store)) == {first.id, second.id}
    assert (2, ORIGIN) in values(claims_of(store, first.id, "killed.security")), "the machine's reading is still there"


def test_storing_again_stores_nothing_twice(store: Store, result: Result, proposals: tuple[Proposal, ...]) -> None:
    first, second = proposals
    left_out = leave_out(corrected(first, result), next(c.id for c in first.claims if c.field == "perpetrator"), True)
    added = add_incident(result.extraction.document, "Test Post", "", "key")
    wanted = (left_out, replace(second, kept=False), added)
    assert store_it(store, result, wanted) == 4
    link_kept(store, "Asma", VOCABULARY)
    before = read_state(store)
    assert store_it(store, result, wanted) == 0
    link_kept(store, "Asma", VOCABULARY)
    assert read_state(store) == before


def test_an_article_without_corrections_waits_to_be_looked_at_unless_it_was_checked(
    store: Store, result: Result, proposals: tuple[Proposal, ...]
) -> None:
    assert store_it(store, result, proposals) == 0
    assert {incident.review for incident in incidents(store).values()} == {Review.UNREVIEWED}
    assert store_it(store, result, proposals, checked=True) == 2
    assert {incident.review for incident in incidents(store).values()} == {Review.REVIEWED}
    assert store_it(store, result, proposals, checked=True) == 0


def test_an_added_incident_is_a_persons_own_and_stays_when_the_article_is_read_again(
    store: Store, result: Result, proposals: tuple[Proposal, ...]
) -> None:
    document = result.extraction.document
    added = add_incident(document, "Test Post", "", "key")
    added = correct(added, document, "event_type", "bombing", "Test Post", VOCABULARY)
    party = ActorRef("blf", "BLF", Basis.CLAIMED_BY_GROUP)
    added = correct(added, document, "perpetrator", party, "BLF", VOCABULARY)
    unwanted = replace(add_incident(document, "Test Post", "", "other key"), kept=False)
    assert store_it(store, result, (*proposals, added, unwanted)) == 1
    keep(store, result.extraction, proposals, "Bibi", ORIGIN, VOCABULARY)
    found = incidents(store)
    assert set(found) == {*(proposal.id for proposal in proposals), added.id}
    assert {claim.origin for claim in found[added.id].claims} == {"review:Asma"}
    assert found[added.id].review is Review.REVIEWED
    assert found[added.id].estimates["event_type"].value == "bombing"


def test_what_another_person_decided_is_not_overwritten_and_nothing_is_half_stored(
    store: Store, result: Result, proposals: tuple[Proposal, ...]
) -> None:
    first, second = proposals
    store_it(store, result, proposals)
    claim = next(c for c in first.claims if c.field == "killed.security" and c.speaker == "officials")
    decide_correct(store, claim.id, {"value": CountRange.exactly(7).as_json()}, "Bibi")
    before = read_state(store)
    with pytest.raises(InputError, match="corrected") as raised:
        store_it(store, result, (corrected(first, result), replace(second, kept=False)))
    assert "\n" not in str(raised.value)
    assert read_state(store) == before, "the rejection wasn't stored either"
    assert store_it(store, result, (corrected(first, result, 7), second), "Asma") == 0, "the same is no conflict"


def test_an_article_that_cannot_be_stored_whole_leaves_no_trace(
    store: Store, result: Result, proposals: tuple[Proposal, ...]
) -> None:
    strange = replace(proposals[0], mention=replace(proposals[0].mention, id="m-nothing"))
    with pytest.raises(InputError, match="not there"):
        store_it(store, result, (corrected(strange, result),))
    assert read_state(store).records.documents == ()
