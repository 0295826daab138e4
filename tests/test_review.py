"""Corrections: replacement claims beside the machine's reading, and the incident that results."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.documents import prepare, read_plain
from geo.errors import InputError
from geo.extract import read
from geo.models import (
    ActorRef,
    Basis,
    CountRange,
    DateRange,
    Document,
    Place,
    Review,
    Stance,
)
from geo.review.correct import (
    add_incident,
    change_count,
    choose_candidate,
    correct,
    is_open,
    leave_out,
    place_in_districts,
    place_in_words,
    stance_of,
    undo,
)
from geo.review.proposal import Proposal, Said, propose
from geo.review.show import changes, effective_claims, incident_of
from geo.vocab import default_vocabulary
from tests.article import ARTICLE

VOCABULARY = default_vocabulary()
FIVE = CountRange.exactly(5)


@pytest.fixture(scope="module")
def document() -> Document:
    return prepare(read_plain(ARTICLE, "pasted")).document


@pytest.fixture(scope="module")
def proposals(document: Document) -> tuple[Proposal, ...]:
    return propose(read(document), VOCABULARY)


def test_a_proposal_says_what_the_machine_read(proposals: tuple[Proposal, ...], document: Document) -> None:
    attack, bomb = proposals
    assert attack.said("killed.total") == Said(CountRange.exactly(2), "officials")
    assert attack.said("perpetrator") == Said(ActorRef("bla", "BLA", Basis.CLAIMED_BY_GROUP), "BLA")
    assert not attack.reviewed
    incident = incident_of(attack, document, VOCABULARY)
    assert incident.title == "Armed attack, Mangochar, Kalat, 3 Nov 2025: 2 killed, according to officials"
    assert incident.review is Review.UNREVIEWED
    assert incident.estimates["killed.security"].rivals  # the BLA says five
    assert incident_of(bomb, document, VOCABULARY).estimates["killed.total"].value == CountRange.exactly(1)


def test_a_correction_replaces_the_reading_and_leaves_it_beside(
    proposals: tuple[Proposal, ...], document: Document
) -> None:
    attack = correct(proposals[0], document, "injured.total", FIVE, "officials", VOCABULARY)
    claim = attack.corrections["injured.total"]
    assert (claim.origin, claim.original, claim.speaker) == ("review:you", "injuring three others", "officials")
    assert document.text is not None
    assert claim.span is not None
    assert document.text[claim.span.start : claim.span.end] == claim.original
    assert claim.speaker_span is not None
    (change,) = changes(attack)
    assert (change.machine, change.value) == (CountRange.exactly(3), FIVE)
    assert attack.claims == proposals[0].claims
    assert [c.value for c in effective_claims(attack) if c.field == "injured.total"] == [FIVE]
    incident = incident_of(attack, document, VOCABULARY)
    assert incident.estimates["injured.total"].value == FIVE
    assert incident.review is Review.REVIEWED


def test_corrections_of_one_field_are_kept_and_undone_one_by_one(
    proposals: tuple[Proposal, ...], document: Document
) -> None:
    def corrected(proposal: Proposal, number: int, speaker: str = "officials") -> Proposal:
        return correct(proposal, document, "injured.total", CountRange.exactly(number), speaker, VOCABULARY)

    attack = corrected(corrected(corrected(proposals[0], 5), 6), 6, "police")
    assert corrected(attack, 6, "police") == attack, "the same again is no other correction"
    (change,) = changes(attack)
    assert change.machine == CountRange.exactly(3)
    assert change.earlier == (FIVE, CountRange.exactly(6))
    assert (change.value, change.speaker) == (CountRange.exactly(6), "police")
    assert [c.speaker for c in effective_claims(attack) if c.field == "injured.total"] == ["police"]
    for number in (6, 5, 3):
        attack = undo(attack, "injured.total")
        assert attack.said("injured.total") == Said(CountRange.exactly(number), "officials")
    assert attack == proposals[0]
    assert corrected(corrected(proposals[0], 5), 3) == proposals[0], "back by hand to what the machine read"


def test_a_corrected_group_is_summed_anew(proposals: tuple[Proposal, ...], document: Document) -> None:
    four = CountRange.exactly(4)
    attack = correct(proposals[0], document, "killed.security", four, "officials", VOCABULARY)
    assert attack.said("killed.total") == Said(four, "officials")
    incident = incident_of(attack, document, VOCABULARY)
    assert incident.estimates["killed.total"].value == four
    assert incident.estimates["killed.total"].rivals  # the BLA still says five
    assert incident.title.endswith("4 killed, according to officials")


def claim_by(proposal: Proposal, name: str, speaker: str) -> str:
    return next(claim.id for claim in proposal.claims if (claim.field, claim.speaker) == (name, speaker))


def test_a_claim_left_out_counts_no_more_and_can_come_back(proposals: tuple[Proposal, ...], document: Document) -> None:
    key = claim_by(proposals[0], "killed.security", "BLA")
    without = leave_out(proposals[0], key, True)
    assert key not in {claim.id for claim in effective_claims(without)}
    assert not incident_of(without, document, VOCABULARY).estimates["killed.security"].rivals
    assert leave_out(without, key, False) == proposals[0]


def test_where_the_shown_claim_is_left_out_the_next_one_is_shown(
    proposals: tuple[Proposal, ...], document: Document
) -> None:
    key = claim_by(proposals[0], "killed.security", "officials")
    incident = incident_of(leave_out(proposals[0], key, True), document, VOCABULARY)
    assert incident.estimates["killed.security"].value == FIVE
    assert incident.title.endswith("5 killed, according to BLA")


def test_correcting_back_undoes_it(proposals: tuple[Proposal, ...], document: Document) -> None:
    changed = correct(proposals[0], document, "injured.total", FIVE, "officials", VOCABULARY)
    back = correct(changed, document, "injured.total", CountRange.exactly(3), "officials", VOCABULARY)
    assert back == proposals[0] == undo(changed, "injured.total")


def test_a_field_can_be_taken_away_or_given(proposals: tuple[Proposal, ...], document: Document) -> None:
    without = correct(proposals[0], document, "injured.total", None, "officials", VOCABULARY)
    assert without.said("injured.total") is None
    assert "injured.total" not in incident_of(without, document, VOCABULARY).estimates
    target = ActorRef("levies", "Levies", None)
    given = correct(proposals[0], document, "target", target, "Test Post", VOCABULARY)
    assert given.corrections["target"].original == "opened fire"  # the words that show the incident
    assert incident_of(given, document, VOCABULARY).estimates["target"].value == target


def test_who_says_it_can_be_corrected(proposals: tuple[Proposal, ...], document: Document) -> None:
    ref = ActorRef("bla", "BLA", Basis.ATTRIBUTED_BY_AUTHORITIES)
    attack = correct(proposals[0], document, "perpetrator", ref, "police", VOCABULARY)
    claim = attack.corrections["perpetrator"]
    assert (claim.speaker, claim.speaker_span, claim.stance) == ("police", None, Stance.ACCUSATION)
    incident = incident_of(attack, document, VOCABULARY)
    assert incident.perpetrators == ((ref, "police"),)


@pytest.mark.parametrize(
    ("name", "value", "speaker", "stance"),
    [
        ("killed.total", FIVE, "ISPR", Stance.OFFICIAL_STATEMENT),
        ("killed.total", FIVE, "BLA", Stance.SELF_CLAIM),
        ("killed.total", FIVE, "residents", Stance.WITNESS),
        ("killed.total", FIVE, "Dawn", Stance.MEDIA_REPORT),
        ("perpetrator", ActorRef("bla", "BLA", Basis.CLAIMED_BY_GROUP), "BLA", Stance.SELF_CLAIM),
        (
            "perpetrator",
            ActorRef("frontier-corps", "FC", Basis.ATTRIBUTED_BY_AUTHORITIES),
            "ISPR",
            "official_statement",
        ),
        ("perpetrator", ActorRef("frontier-corps", "FC", Basis.ATTRIBUTED_BY_OTHERS), "relatives", Stance.ACCUSATION),
        ("perpetrator", ActorRef("unknown", "unknown", Basis.UNKNOWN), "Dawn", Stance.MEDIA_REPORT),
    ],
)
def test_a_correction_has_the_stance_of_its_speaker(name: str, value: object, speaker: str, stance: str) -> None:
    assert stance_of(name, value, speaker, VOCABULARY) == stance  # type: ignore[arg-type]


def test_an_ambiguous_place_is_open_until_one_is_chosen(proposals: tuple[Proposal, ...], document: Document) -> None:
    place = proposals[1].place()
    assert place is not None
    assert is_open(place)
    assert {candidate.district for candidate in place.candidates} >= {"Gwadar", "Mastung", "Kech"}
    chosen = choose_candidate(place, "dasht-mastung")
    assert (chosen.districts, chosen.where_prec, chosen.text) == (("Mastung",), 1, place.text)
    assert not is_open(chosen)
    bomb = correct(proposals[1], document, "place", chosen, "police", VOCABULARY)
    assert "Dasht, Mastung" in incident_of(bomb, document, VOCABULARY).title
    with pytest.raises(InputError, match="cannot mean 'quetta'"):
        choose_candidate(place, "quetta")


def test_places_are_read_from_words_or_districts() -> None:
    assert place_in_words(" near  Turbat ").districts == ("Kech",)
    assert place_in_words("Dasht", ("Mastung",)).district == "Mastung"
    one = place_in_districts("", ("Kalat",))
    assert (one.districts, one.where_prec, one.lat, one.text) == (("Kalat",), 3, None, "Kalat district")
    two = place_in_districts("along the N-25", ("Khuzdar", "Kalat"))
    assert (two.districts, two.where_prec, two.text, two.place_id) == (("Kalat", "Khuzdar"), 5, "along the N-25", None)
    none = place_in_districts("", ())
    assert (none.districts, none.where_prec, none.province) == ((), 4, "Balochistan")


@pytest.mark.parametrize(
    ("count", "part", "number", "changed"),
    [
        (None, "best", 3, (3, 3, 3)),
        (None, "low", 3, (3, None, None)),
        (None, "high", 3, (None, None, 3)),
        ((4, 4, 4), "best", 5, (5, 5, 5)),
        ((4, 4, None), "best", 5, (5, 5, None)),
        ((None, 4, 4), "best", 5, (None, 5, 5)),
        ((3, 4, 6), "best", 5, (3, 5, 6)),
        ((3, 4, 6), "best", 7, (3, 7, 7)),
        ((3, 4, 6), "best", 2, (2, 2, 6)),
        ((3, None, None), "best", 5, (3, 5, None)),
        ((None, None, 6), "best", 5, (None, 5, 6)),
        ((4, 4, 4), "low", 3, (3, 4, 4)),
        ((4, 4, 4), "low", 6, (6, 6, 6)),
        ((4, 4, 4), "high", 3, (3, 3, 3)),
        ((4, 4, 4), "high", None, (4, 4, None)),
        ((4, 4, 4), "best", None, None),
        ((3, 4, 6), "best", None, (3, None, 6)),
        ((3, None, None), "low", None, None),
        ((4, 4, 4), "best", 0, (0, 0, 0)),
    ],
)
def test_a_changed_bound_never_contradicts_the_others(
    count: tuple[int | None, int | None, int | None] | None,
    part: str,
    number: int | None,
    changed: tuple[int | None, int | None, int | None] | None,
) -> None:
    before = CountRange(*count) if count else None
    assert change_count(before, part, number) == (CountRange(*changed) if changed else None)


def test_a_missed_incident_is_added_on_the_words_that_tell_it(document: Document) -> None:
    added = add_incident(document, "Test Post", "a roadside  bomb went off", 1)
    assert added.added
    claim = added.corrections["event_type"]
    assert claim.original == "a roadside bomb went off"
    added = correct(added, document, "event_type", "bombing", "Test Post", VOCABULARY)
    added = correct(added, document, "place", place_in_districts("", ("Kech",)), "Test Post", VOCABULARY)
    added = correct(added, document, "killed.total", FIVE, "Test Post", VOCABULARY)
    incident = incident_of(added, document, VOCABULARY)
    assert incident.title == "Bombing, Kech district: 5 killed, according to Test Post"
    assert changes(added) == ()
    assert {claim.origin for claim in incident.claims} == {"review:you"}
    assert add_incident(document, "Test Post", "", 2).id != added.id


def test_words_that_the_article_lacks_are_refused(document: Document) -> None:
    with pytest.raises(InputError, match="doesn't hold these words"):
        add_incident(document, "Test Post", "a submarine", 1)


def test_an_added_incident_can_be_dated(document: Document) -> None:
    added = add_incident(document, "Test Post", "", 1)
    day = DateRange.on(document.published or pytest.fail("no day"))
    dated = correct(added, document, "date", day, "Test Post", VOCABULARY)
    assert dated.date() == day
    assert isinstance(dated.place(), Place)
    assert replace(dated, kept=False).id == added.id
