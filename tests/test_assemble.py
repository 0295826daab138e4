"""Assembling: what is shown of several claims, what is disputed, and the laws that hold for any set of claims."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.assemble import assemble
from geo.models import ActorRef, Basis, Claim, CountRange, DateRange, Incident, Place, Relation, Review, Stance
from geo.vocab import default_vocabulary
from tests.builders import at_least, at_point, by, claim, count, day, document, in_district, mention, on, same

VOCABULARY = default_vocabulary()
OFFICIAL, SELF, ACCUSES, DENIES = Stance.OFFICIAL_STATEMENT, Stance.SELF_CLAIM, Stance.ACCUSATION, Stance.DENIAL


def one(claims: list[Claim], documents: dict[str, tuple[str, str]] | None = None) -> Incident:
    """The incident of claims whose mentions `a`, `b`... stand in documents of the same key, all linked."""
    keys = sorted({made.document_id.removeprefix("d-") for made in claims})
    given_as = documents or {}
    found = assemble(
        [document(key, *given_as.get(key, ("dawn", "2025-03-01"))) for key in keys],
        [mention(key, key) for key in keys],
        claims,
        [same(keys[0], key) for key in keys[1:]],
        VOCABULARY,
    )
    assert len(found) == 1
    return found[0]


def killed(
    key: str, value: CountRange, speaker: str = "police", said_on: str | None = None, group: str = "total"
) -> Claim:
    return claim(key, key, f"killed.{group}", value, speaker, said_on=said_on)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([killed("a", count(4))], CountRange(4, 4, 4)),
        ([killed("a", at_least(27))], CountRange(27, 27, None)),
        (
            [killed("a", count(4)), killed("b", count(6), "Levies"), killed("c", count(4), "hospital")],
            CountRange(4, 4, 6),
        ),
        # a tie goes to the later figure, then to the lower
        (
            [killed("a", count(4), said_on="2025-03-01"), killed("b", count(6), "Levies", "2025-03-02")],
            CountRange(4, 6, 6),
        ),
        ([killed("a", count(4)), killed("a", count(6), "Levies")], CountRange(4, 4, 6)),
        # one speaker's later figure revises its earlier one
        (
            [killed("a", count(4), said_on="2025-03-01"), killed("b", count(6), said_on="2025-03-02")],
            CountRange(6, 6, 6),
        ),
        # ten outlets with the military's statement are one voice against two others
        (
            [
                *(killed(k, count(9), "the military") for k in "abcde"),
                killed("f", count(5)),
                killed("g", count(5), "Levies"),
            ],
            CountRange(5, 5, 9),
        ),
        ([killed("a", CountRange(3, None, None))], CountRange(3, None, None)),
        # words without a number bound nothing where somebody gives a number that fits
        ([killed("a", CountRange(24, None, None)), killed("b", count(36), "Levies")], CountRange(36, 36, 36)),
        # one speaker's "over 30" gives way to its own "about 40"
        ([killed("a", at_least(30)), killed("a", CountRange(None, 40, None))], CountRange(None, 40, None)),
    ],
)
def test_count_estimate(claims: list[Claim], expected: CountRange) -> None:
    assert one(claims).estimates["killed.total"].value == expected


def test_revised_figures_are_history_and_no_dispute() -> None:
    claims = [killed("a", count(92), "ISPR", "2026-01-31"), killed("b", count(216), "ISPR", "2026-02-05")]
    estimate = one(claims).estimates["killed.total"]
    assert estimate.claim_ids == (claims[1].id,)
    assert estimate.revised_ids == (claims[0].id,)
    assert not estimate.disputed


@pytest.mark.parametrize(
    ("a", "b", "disputed"),
    [
        (count(4), count(5), True),
        (count(4), at_least(4), False),
        (at_least(3), count(12), False),
        (CountRange(None, 3, 3), count(4), True),
        (CountRange(3, None, None), count(4), False),
    ],
)
def test_counts_are_disputed_where_no_number_fits_both(a: CountRange, b: CountRange, disputed: bool) -> None:
    assert one([killed("a", a), killed("b", b, "Levies")]).disputed is disputed


def test_total_is_the_sum_of_groups_that_one_speaker_states() -> None:
    claims = [killed("a", count(1), "Levies", group="civilians"), killed("a", count(4), "Levies", group="militants")]
    estimate = one(claims).estimates["killed.total"]
    assert (estimate.value, estimate.rule) == (count(5), "sum-of-stated-groups@1")
    assert set(estimate.claim_ids) == {made.id for made in claims}


def test_groups_that_exceed_another_speakers_total_contradict_it() -> None:
    groups = [killed("a", count(2), "police", group=group) for group in ("militants", "civilians")]
    more = one([*groups, killed("b", count(2), "Levies")]).estimates["killed.total"]
    assert [(rival.text, rival.speakers) for rival in more.rivals] == [("2", ("levies",)), ("4", ("police",))]
    fewer = one([*groups, killed("b", count(5), "Levies")]).estimates["killed.total"]
    assert not fewer.disputed


def test_a_group_given_twice_by_one_speaker_enters_the_sum_as_a_range() -> None:
    claims = [killed("a", count(number), "ISPR", group="militants") for number in (4, 5)]
    assert one(claims).estimates["killed.total"].value == CountRange(4, 4, 5)


def test_groups_of_different_speakers_are_neither_added_nor_rivals() -> None:
    claims = [killed("a", count(3), "police", group="security"), killed("a", count(5), "ISPR", group="militants")]
    incident = one(claims)
    assert incident.estimates["killed.total"].value == CountRange(5, None, None)
    assert not incident.disputed


@pytest.mark.parametrize(
    ("dates", "expected", "disputed"),
    [
        ([on("2025-03-01")], on("2025-03-01"), False),
        ([on("2025-03-01"), DateRange.unknown()], on("2025-03-01"), False),
        ([on("2025-03-01"), DateRange(day("2025-03-01"), day("2025-03-31"), 4)], on("2025-03-01"), False),
        ([on("2025-03-01"), on("2025-03-02")], DateRange(day("2025-03-01"), day("2025-03-02"), 2), True),
        ([on("2025-03-01"), on("2025-03-02"), on("2025-03-02")], on("2025-03-02"), True),
    ],
)
def test_date_estimate(dates: list[DateRange], expected: DateRange, disputed: bool) -> None:
    speakers = ("police", "Levies", "hospital")
    claims = [
        claim(key, key, "date", when, speaker) for key, when, speaker in zip("abc", dates, speakers, strict=False)
    ]
    estimate = one(claims).estimates["date"]
    assert (estimate.value, estimate.disputed) == (expected, disputed)


def test_a_precise_place_is_no_rival_of_its_district() -> None:
    point = at_point("Mangochar", "Kalat", 29.4, 66.6)
    claims = [claim("a", "a", "place", in_district("Kalat")), claim("b", "b", "place", point, "Levies")]
    incident = one(claims)
    assert incident.estimates["place"].value == point
    assert not incident.disputed
    assert incident.rival_places == ()


def test_one_statement_carried_with_two_places_is_disputed_and_both_are_kept() -> None:
    claims = [
        claim("a", "a", "place", in_district("Kech"), "the military"),
        *(claim(key, key, "place", in_district("Kachhi"), "ISPR") for key in "bcd"),
    ]
    incident = one(claims)
    place = incident.estimates["place"].value
    assert isinstance(place, Place)
    assert place.districts == ("Kachhi",)
    assert [rival.districts for rival in incident.rival_places] == [("Kech",)]
    assert incident.estimates["place"].disputed


def test_districts_that_tie_leave_the_place_open() -> None:
    claims = [claim("a", "a", "place", in_district("Kech")), claim("b", "b", "place", in_district("Kachhi"), "Levies")]
    incident = one(claims)
    assert incident.estimates["place"].value is None
    assert {rival.districts for rival in incident.rival_places} == {("Kech",), ("Kachhi",)}


CLAIMED, AUTHORITIES, OTHERS = Basis.CLAIMED_BY_GROUP, Basis.ATTRIBUTED_BY_AUTHORITIES, Basis.ATTRIBUTED_BY_OTHERS


@pytest.mark.parametrize(
    ("said", "actor", "basis", "disputed"),
    [
        ([("bla", CLAIMED, "BLA", SELF)], "bla", CLAIMED, False),
        # the group's own claim stands before what authorities say, and a label is no rival of it
        ([("bla", CLAIMED, "BLA", SELF), ("fitna-al-hindustan", AUTHORITIES, "ISPR", OFFICIAL)], "bla", CLAIMED, False),
        ([("fitna-al-hindustan", AUTHORITIES, "ISPR", OFFICIAL)], "fitna-al-hindustan", AUTHORITIES, False),
        ([("bla", CLAIMED, "BLA", SELF), ("blf", CLAIMED, "BLF", SELF)], None, None, True),
        ([("bla", CLAIMED, "BLA", SELF), ("majeed-brigade", CLAIMED, "BLA", SELF)], "majeed-brigade", CLAIMED, False),
        ([("unknown", Basis.UNKNOWN, "Dawn", OFFICIAL)], "unknown", Basis.UNKNOWN, False),
        (
            [("unknown", Basis.UNKNOWN, "Dawn", OFFICIAL), ("bla", AUTHORITIES, "CTD", ACCUSES)],
            "bla",
            AUTHORITIES,
            False,
        ),
        ([("bla", AUTHORITIES, "CTD", ACCUSES), ("frontier-corps", OTHERS, "residents", ACCUSES)], None, None, True),
        ([("bla", AUTHORITIES, "CTD", ACCUSES), ("bla", Basis.DENIED, "BLA", DENIES)], "bla", Basis.DENIED, True),
    ],
)
def test_perpetrator_estimate(
    said: list[tuple[str, Basis, str, Stance]], actor: str | None, basis: Basis | None, disputed: bool
) -> None:
    claims = [claim("a", "a", "perpetrator", by(who, how), speaker, stance) for who, how, speaker, stance in said]
    estimate = one(claims).estimates["perpetrator"]
    value = estimate.value
    assert (value.actor, value.basis) == (actor, basis) if isinstance(value, ActorRef) else actor is None
    assert estimate.disputed is disputed


def test_a_retracted_source_stays_and_counts_in_nothing() -> None:
    found = assemble(
        [document("a"), document("b", retracted=True)],
        [mention("a", "a"), mention("b", "b")],
        [killed("a", count(4)), killed("b", count(40), "Levies")],
        [same("a", "b")],
        VOCABULARY,
    )
    assert len(found[0].claims) == 2
    assert found[0].estimates["killed.total"].value == count(4)


def test_links_that_wait_for_a_person_join_nothing() -> None:
    parts = [document("a"), document("b")], [mention("a", "a"), mention("b", "b")]
    assert len(assemble(*parts, [], [same("a", "b", certain=False)], VOCABULARY)) == 2


def test_a_campaign_has_children_and_its_own_toll() -> None:
    found = assemble(
        [document("a")],
        [mention("part", "a"), mention("wave", "a")],
        [claim("part", "a", "killed.total", count(2)), claim("wave", "a", "killed.total", count(50))],
        [same("part", "wave", Relation.PART_OF)],
        VOCABULARY,
    )
    part, wave = (next(i for i in found if i.id == f"m-{key}") for key in ("part", "wave"))
    assert part.part_of == wave.id
    assert wave.campaign
    assert part.estimates["killed.total"].value == count(2)


def test_review_state_follows_the_origin() -> None:
    machine = claim("a", "a", "killed.total", count(1), origin="rules@1")
    imported = claim("a", "a", "killed.total", count(1), origin="import:ucdp@25.1")
    assert one([machine]).review is Review.UNREVIEWED
    assert one([imported]).review is Review.IMPORTED
    assert one([killed("a", count(1))]).review is Review.CURATED


def test_the_title_is_generated_from_the_estimates() -> None:
    claims = [
        claim("a", "a", "event_type", "bombing", "Dawn"),
        claim("a", "a", "place", at_point("Chaman", "Chaman", 30.9, 66.4), "Dawn"),
        claim("a", "a", "date", on("2025-09-18"), "Dawn"),
        killed("a", count(6), "officials"),
    ]
    assert one(claims).title == "Bombing, Chaman, 18 Sep 2025: 6 killed, according to officials"


def test_the_title_names_the_speaker_whose_groups_add_up_to_the_shown_total() -> None:
    claims = [
        killed("a", count(145), "Chief Minister", "2026-02-01", "militants"),
        killed("a", count(17), "Chief Minister", "2026-02-01", "security"),
        killed("a", count(216), "ISPR", "2026-02-05", "militants"),
        killed("a", count(22), "ISPR", "2026-02-05", "security"),
    ]
    assert one(claims).title == "Incident: 238 (162\u2013238) killed, according to ISPR"


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("bombing", "suicide_attack"), "suicide_attack"),
        (("armed_attack", "other"), "armed_attack"),
        (("bombing", "armed_attack"), None),
        (("bombing", "armed_attack", "bombing"), "bombing"),
    ],
)
def test_a_broader_kind_of_incident_supports_the_narrower_one(codes: tuple[str, ...], expected: str | None) -> None:
    speakers = ("police", "Levies", "hospital")
    claims = [claim(k, k, "event_type", code, who) for k, code, who in zip("abc", codes, speakers, strict=False)]
    assert one(claims).estimates["event_type"].value == expected


def test_an_operation_of_known_length_is_not_shortened_by_a_shorter_one() -> None:
    ranges = [DateRange(day("2026-01-31"), day(last), 1) for last in ("2026-02-04", "2026-02-05")]
    claims = [claim(k, k, "date", when, who) for k, when, who in zip("ab", ranges, ("police", "ISPR"), strict=True)]
    shown = one(claims).estimates["date"]
    assert isinstance(shown.value, DateRange)
    assert (shown.value.first, shown.value.last) == (day("2026-01-31"), day("2026-02-05"))
    assert not shown.disputed


# --- laws ---------------------------------------------------------------------------------------------------------

counts = st.builds(
    lambda values, opened: CountRange(*(None if i in opened else v for i, v in enumerate(sorted(values)))),
    st.lists(st.integers(0, 300), min_size=3, max_size=3),
    st.sampled_from([(), (0,), (2,), (0, 2), (1, 2)]),
)
days = st.dates(day("2025-01-01"), day("2025-01-20")).map(DateRange.on) | st.just(DateRange.unknown())
places = st.sampled_from(["Kech", "Kachhi", "Quetta"]).map(in_district)
actors = st.builds(by, st.sampled_from(["bla", "blf", "unknown", "fitna-al-hindustan", "ctd"]), st.sampled_from(Basis))
values = st.one_of(
    st.tuples(st.sampled_from(["killed.total", "killed.security", "killed.militants", "injured.total"]), counts),
    st.tuples(st.just("date"), days),
    st.tuples(st.just("place"), places),
    st.tuples(st.just("perpetrator"), actors),
)
speakers = st.sampled_from(["ISPR", "the military", "police", "BLA", "residents", "Dawn"])
stances = st.sampled_from(Stance)
said = st.sampled_from([None, "2025-01-05", "2025-01-09"])
claim_lists = st.lists(
    st.builds(
        lambda key, field_value, speaker, stance, when: claim(key, key, *field_value, speaker, stance, when),
        st.sampled_from("abcd"), values, speakers, stances, said,
    ),
    min_size=1,
    max_size=14,
)  # fmt: skip
link_lists = st.lists(
    st.builds(same, st.sampled_from("abcd"), st.sampled_from("abcd"), st.sampled_from(Relation)), max_size=5
)


def assembled(claims: list[Claim], links: list, order: random.Random | None = None) -> tuple[Incident, ...]:  # type: ignore[type-arg]
    documents, mentions = [document(key) for key in "abcd"], [mention(key, key) for key in "abcd"]
    if order:
        for records in (documents, mentions, claims, links):
            order.shuffle(records)
    return assemble(documents, mentions, claims, [link for link in links if link.a != link.b], VOCABULARY)


@settings(max_examples=100, deadline=None)
@given(claim_lists, link_lists, st.integers(0, 1000))
def test_the_order_of_claims_does_not_matter(claims: list[Claim], links: list, seed: int) -> None:  # type: ignore[type-arg]
    assert assembled(list(claims), list(links)) == assembled(list(claims), list(links), random.Random(seed))


@settings(max_examples=100, deadline=None)
@given(claim_lists, link_lists)
def test_a_duplicate_changes_nothing(claims: list[Claim], links: list) -> None:  # type: ignore[type-arg]
    assert assembled(claims + claims[:3], links + links[:1]) == assembled(claims, links)


@settings(max_examples=100, deadline=None)
@given(claim_lists, link_lists)
def test_nothing_that_was_said_is_lost_and_counts_are_in_order(claims: list[Claim], links: list) -> None:  # type: ignore[type-arg]
    incidents = assembled(claims, links)
    assert {made.id for incident in incidents for made in incident.claims} == {made.id for made in claims}
    for incident in incidents:
        known = {made.id for made in incident.claims}
        for estimate in incident.estimates.values():
            assert set(estimate.claim_ids) <= known
            if isinstance(estimate.value, CountRange):
                bounds = [v for v in (estimate.value.low, estimate.value.best, estimate.value.high) if v is not None]
                assert bounds == sorted(bounds)
