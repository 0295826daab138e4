"""What decisions do to records, by laws: undoing brings back, order counts for nothing, only what is named changes."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.assemble import assemble, components
from geo.decisions import apply_decisions, claim_as_json, link_as_json, standing, touched, undone_ids
from geo.models import Decision, DecisionKind, Incident, Link, Records, Relation, Review
from geo.store.rows import link_row
from geo.vocab import default_vocabulary
from tests.builders import claim, count, document, mention, on, same

VOCABULARY = default_vocabulary()
NUMBER = 8


@st.composite
def stored(draw: st.DrawFn) -> Records:
    """Reports of one mention each, linked in any way."""
    keys = [str(number) for number in range(draw(st.integers(2, NUMBER)))]
    ends = st.tuples(st.sampled_from(keys), st.sampled_from(keys)).filter(lambda pair: pair[0] < pair[1])
    pairs = draw(st.lists(ends, max_size=12, unique=True))
    links = []
    for a, b in pairs:
        relation = draw(st.sampled_from((Relation.SAME, Relation.SAME, Relation.SAME, Relation.PART_OF)))
        score, origin = draw(st.sampled_from((0.4, 0.9, 0.95))), draw(st.sampled_from(("link@1", "link@1", "curated")))
        links.append(Link(f"m-{a}", f"m-{b}", relation, score, (), origin, score > 0.5))
    return Records(
        tuple(document(key, published=f"2025-03-{int(key) + 1:02}") for key in keys),
        tuple(mention(key, key) for key in keys),
        tuple(
            found
            for key in keys
            for found in (
                claim(key, key, "killed.total", count(3), origin="rules@1"),
                claim(key, key, "date", on("2025-02-28"), origin="rules@1"),
            )
        ),
        tuple(links),
    )


def decide(number: int, kind: DecisionKind, subject: str, before: object = None, after: object = None) -> Decision:
    moment = f"2026-11-20T12:00:00.{number:06d}+00:00"
    return Decision(f"x-{number}", kind, subject, "Amna", moment, before, after)


def undoing(number: int, decision: Decision) -> Decision:
    made = decide(number, decision.kind, decision.subject, decision.after, decision.before)
    return replace(made, undoes=decision.id)


def some_decision(  # noqa: PLR0911
    number: int, records: Records, made: list[Decision], dice: random.Random
) -> Decision | None:
    """A decision that a person could make now."""
    left = apply_decisions(records, made).records
    groups = {key: group for group in components(left) for key in group}
    keys, kind = sorted(groups), dice.choice(("judge", "link", "merge", "split", "correct", "drop", "undo"))
    judging = dice.choice((DecisionKind.ACCEPT, DecisionKind.REJECT))
    if kind == "undo" and made:
        free = [decision for decision in made if decision.id not in undone_ids(made)]
        return undoing(number, dice.choice(free)) if free else None
    if kind == "link" and records.links:
        link = dice.choice(records.links)
        return decide(number, judging, link_row(link)["id"], link_as_json(link))
    if kind == "judge" and keys:
        return decide(number, judging, dice.choice(keys))
    if kind in ("correct", "drop") and left.claims:
        found = dice.choice(sorted(left.claims, key=lambda claim: claim.id))
        other = replace(found, value=on("2025-02-27") if found.field == "date" else count(9), origin="review:Amna")
        after = claim_as_json(other) if kind == "correct" else None
        return decide(number, DecisionKind.CORRECT, found.id, claim_as_json(found), after)
    if kind == "merge" and len(set(groups.values())) > 1:
        a, b = dice.sample(keys, 2)
        if groups[a] != groups[b]:
            ends = {"a": a, "b": b, "relation": "same"}
            members = {"a": list(groups[a]), "b": list(groups[b])}
            return decide(number, DecisionKind.MERGE, groups[a][0], members, ends)
    if kind == "split":
        large = [group for group in components(left) if len(group) > 1]
        if large:
            group = dice.choice(sorted(large))
            moved = sorted(dice.sample(group, dice.randint(1, len(group) - 1)))
            rest = sorted(set(group) - set(moved))
            return decide(number, DecisionKind.SPLIT, group[0], {}, {"moved": moved, "rest": rest})
    return None


@st.composite
def decided_about(draw: st.DrawFn) -> tuple[Records, list[Decision], random.Random]:
    records, dice = draw(stored()), random.Random(draw(st.integers(0, 1_000_000)))
    made: list[Decision] = []
    for number in range(draw(st.integers(1, 10))):
        decision = some_decision(number, records, made, dice)
        made += [decision] if decision else []
    return records, made, dice


def seen(records: Records) -> tuple[object, ...]:
    """Everything that the records say, whatever their order."""
    links = {link for link in records.links if link.relation is not Relation.SAME}
    return (
        frozenset(map(frozenset, components(records))),
        frozenset(records.mentions),
        frozenset(map(repr, records.claims)),
        frozenset(links),
    )


def result(records: Records, made: list[Decision]) -> tuple[object, ...]:
    return seen(apply_decisions(records, made).records)


@settings(max_examples=200, deadline=None)
@given(decided_about())
def test_undoing_brings_back_and_undoing_that_too(drawn: tuple[Records, list[Decision], random.Random]) -> None:
    records, made, _ = drawn
    if not made:
        return
    last, before = made[-1], made[:-1]
    back = undoing(100, last)
    again = undoing(101, back)
    if last.id not in undone_ids(made):
        assert result(records, [*made, back]) == result(records, before)
        assert result(records, [*made, back, again]) == result(records, made)


@settings(max_examples=200, deadline=None)
@given(decided_about())
def test_the_order_of_rows_and_decisions_changes_nothing(
    drawn: tuple[Records, list[Decision], random.Random],
) -> None:
    records, made, dice = drawn
    turned = Records(
        records.documents[::-1],
        tuple(dice.sample(records.mentions, len(records.mentions))),
        tuple(dice.sample(records.claims, len(records.claims))),
        tuple(dice.sample(records.links, len(records.links))),
    )
    assert result(turned, dice.sample(made, len(made))) == result(records, made)


@settings(max_examples=200, deadline=None)
@given(decided_about())
def test_what_people_keep_apart_is_never_in_one_incident(
    drawn: tuple[Records, list[Decision], random.Random],
) -> None:
    records, made, _ = drawn
    effect = apply_decisions(records, made)
    groups = components(effect.records)
    for a, b, relation in effect.apart:
        if relation is Relation.SAME:
            assert not [group for group in groups if {a, b} <= set(group)]
    rejected = {d.subject for d in standing(made) if d.kind is DecisionKind.REJECT}
    assert {key for group in groups for key in group} >= {m.id for m in records.mentions} - rejected


@settings(max_examples=200, deadline=None)
@given(decided_about())
def test_only_incidents_of_what_a_decision_names_can_change(
    drawn: tuple[Records, list[Decision], random.Random],
) -> None:
    records, made, _ = drawn
    if not made:
        return
    about = touched(made[-1])
    before, after = (incidents(records, some) for some in (made[:-1], made))
    held = [{mention.id for mention in incident.mentions} for incident in (*before, *after)]
    reached = {key for group in held if group & about for key in group}
    for one, other in ((before, after), (after, before)):
        for incident in one:
            assert incident in other or reached & {mention.id for mention in incident.mentions}


def incidents(records: Records, made: list[Decision]) -> list[Incident]:
    """The incidents, apart from what they are to other incidents."""
    left = apply_decisions(records, made).records
    found = assemble(left.documents, left.mentions, left.claims, left.links, VOCABULARY)
    return [replace(incident, part_of=None, related=(), campaign=False) for incident in found]


@settings(max_examples=100, deadline=None)
@given(decided_about())
def test_every_mention_finds_the_one_incident_that_holds_it(
    drawn: tuple[Records, list[Decision], random.Random],
) -> None:
    records, made, _ = drawn
    left = apply_decisions(records, made).records
    found = assemble(left.documents, left.mentions, left.claims, left.links, VOCABULARY)
    held = [mention.id for incident in found for mention in incident.mentions]
    assert sorted(held) == sorted(mention.id for mention in left.mentions)
    for incident in found:
        assert incident.id == min(incident.mentions, key=lambda m: int(m.id[2:])).id, "the earliest gives the id"


# --- single cases -------------------------------------------------------------------------------------------------


def reports(*keys: str, origin: str = "rules@1") -> Records:
    return Records(
        tuple(document(key) for key in keys),
        tuple(mention(key, key) for key in keys),
        tuple(claim(key, key, "killed.total", count(3), origin=origin) for key in keys),
    )


def test_without_decisions_nothing_is_touched() -> None:
    records = reports("a", "b")
    assert apply_decisions(records, []).records is records


@pytest.mark.parametrize(
    ("origins", "accepted", "expected"),
    [
        (("rules@1", "rules@1"), "a", Review.UNREVIEWED),
        (("rules@1", "rules@1"), "ab", Review.REVIEWED),
        (("rules@1", "curated"), "", Review.CURATED),
        (("rules@1", "curated"), "a", Review.REVIEWED),
        (("curated", "curated"), "", Review.CURATED),
        (("rules@1", "import:ucdp@25.1"), "a", Review.IMPORTED),
        (("rules@1", "import:ucdp@25.1"), "ab", Review.REVIEWED),
    ],
)
def test_an_incident_is_reviewed_when_a_person_saw_all_that_curators_did_not_write(
    origins: tuple[str, str], accepted: str, expected: Review
) -> None:
    one, other = reports("a", origin=origins[0]), reports("b", origin=origins[1])
    records = one.plus(other).plus(Records(links=(same("a", "b"),)))
    made = [decide(number, DecisionKind.ACCEPT, f"m-{key}") for number, key in enumerate(accepted)]
    (incident,) = incidents(records, made)
    assert incident.review is expected


def test_a_split_cuts_the_weakest_of_a_path_that_came_later() -> None:
    split = decide(1, DecisionKind.SPLIT, "m-a", {}, {"moved": ["m-a"], "rest": ["m-b"]})
    path = [Link("m-a", "m-c", Relation.SAME, 0.9, (), "link@1"), Link("m-b", "m-c", Relation.SAME, 0.8, (), "link@1")]
    records = reports("a", "b", "c").plus(Records(links=tuple(path)))
    assert {frozenset(group) for group in components(apply_decisions(records, [split]).records)} == {
        frozenset({"m-a", "m-c"}),
        frozenset({"m-b"}),
    }


def test_what_stays_behind_stays_together_though_the_mention_between_left() -> None:
    chain = [Link("m-a", "m-b", Relation.SAME, 0.9, (), "link@1"), Link("m-b", "m-c", Relation.SAME, 0.9, (), "link@1")]
    split = decide(1, DecisionKind.SPLIT, "m-a", {}, {"moved": ["m-b"], "rest": ["m-a", "m-c"]})
    records = reports("a", "b", "c").plus(Records(links=tuple(chain)))
    assert {frozenset(group) for group in components(apply_decisions(records, [split]).records)} == {
        frozenset({"m-a", "m-c"}),
        frozenset({"m-b"}),
    }


def test_a_decision_about_what_is_gone_does_nothing() -> None:
    records = reports("a")
    gone = claim("z", "z", "killed.total", count(1))
    made = [
        decide(1, DecisionKind.ACCEPT, "m-z"),
        decide(2, DecisionKind.CORRECT, gone.id, claim_as_json(gone)),
        decide(
            3, DecisionKind.MERGE, "m-a", {"a": ["m-a"], "b": ["m-z"]}, {"a": "m-a", "b": "m-z", "relation": "same"}
        ),
        decide(4, DecisionKind.SPLIT, "m-z", {}, {"moved": ["m-z"], "rest": ["m-y"]}),
    ]
    assert seen(apply_decisions(records, made).records) == seen(records)
