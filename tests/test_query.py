"""The query: what it reads, what it refuses and how it says so, and that its canonical form is a faithful one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.districts import load_districts
from geo.errors import InputError
from geo.names import Names
from geo.query import LIST_PARAMETERS, UNDATED_CHOICES, Query
from geo.vocab import default_vocabulary

NAMES = Names.build(default_vocabulary(), load_districts().all(), {"dataset": {"reports": "reports"}})
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def read(text: str) -> Query:
    return Query.parse(text, NAMES)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", Query()),
        ("from=2025-11-01&to=2025-11-30", Query(date_from=date(2025, 11, 1), date_to=date(2025, 11, 30))),
        ("from=2021-02&to=2021-02", Query(date_from=date(2021, 2, 1), date_to=date(2021, 2, 28))),
        ("from=2024&to=2024", Query(date_from=date(2024, 1, 1), date_to=date(2024, 12, 31))),
        ("district=Kalat", Query(district=("kalat",))),
        ("district=Kalat&district=kech", Query(district=("kalat", "kech"))),
        ("district=kech,KALAT", Query(district=("kalat", "kech"))),
        ("district=Killa+Abdullah", Query(district=("killa-abdullah",))),
        ("perpetrator=Balochistan+Liberation+Army", Query(perpetrator=("bla",))),
        ("perpetrator=the+BLA&basis=claimed_by_group", Query(perpetrator=("bla",), basis=("claimed_by_group",))),
        ("publisher=DAWN", Query(publisher=("dawn",))),
        ("event_type=Armed+clash", Query(event_type=("armed_clash",))),
        ("speaker=Inter-Services+Public+Relations", Query(speaker=("ispr",))),
        ("min_killed=5&where_prec_max=3", Query(min_killed=5, where_prec_max=3)),
        ("disputed=1", Query(disputed=True)),
        ("disputed=no", Query(disputed=False)),
        ("q=Turbat+BAZAR", Query(q="bazar turbat")),
        ("bbox=62,25,64,27", Query(bbox=(62.0, 25.0, 64.0, 27.0))),
        ("bbox=62,25,0,64,27,100", Query(bbox=(62.0, 25.0, 64.0, 27.0))),
        ("undated=only", Query(undated="only")),
        ("district=&q=", Query()),
    ],
)
def test_reads_ids_names_and_aliases(text: str, wanted: Query) -> None:
    assert read(text) == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("from=2025-13-01", ("from", "'2025-13-01'", "2025-11-01")),
        ("from=2025-02-30", ("from", "'2025-02-30'")),
        ("to=yesterday", ("to", "'yesterday'", "no date")),
        ("from=2025-03-01&to=2025-02-01", ("from", "2025-03-01", "after", "2025-02-01")),
        ("district=Kalatt", ("district", "'Kalatt'", "Kalat")),
        ("district=Atlantis", ("district", "'Atlantis'")),
        ("basis=rumour", ("basis", "'rumour'", "claimed_by_group")),
        ("event_type=robery", ("event_type", "'robery'")),
        ("min_killed=many", ("min_killed", "'many'", "whole number")),
        ("min_killed=-1", ("min_killed", "'-1'")),
        ("where_prec_max=9", ("where_prec_max", "'9'", "1", "7")),
        ("disputed=maybe", ("disputed", "'maybe'")),
        ("bbox=1,2,3", ("bbox", "3 numbers", "west,south,east,north")),
        ("bbox=70,25,60,30", ("bbox", "'70,25,60,30'")),
        ("bbox=a,b,c,d", ("bbox", "'a,b,c,d'")),
        ("undated=perhaps", ("undated", "'perhaps'", "exclude, include, only")),
        ("distrikt=kech", ("distrikt", "no such parameter", "district")),
        ("from=2025-01-01&from=2025-02-01", ("from", "given twice")),
        (f"q={'x' * 300}", ("q", "300")),
    ],
)
def test_refuses_with_one_clear_line(text: str, words: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as raised:
        read(text)
    message = str(raised.value)
    assert "\n" not in message
    for word in words:
        assert word in message


def test_what_cannot_be_used_is_left_out_and_said() -> None:
    query, problems = Query.parse_lenient("district=Atlantis&district=kech&from=2025-13-01&q=bus", NAMES)
    assert query == Query(district=("kech",), q="bus")
    assert [problem.split(":")[0] for problem in problems] == ["district", "from"]


def test_dates_the_wrong_way_round_are_both_left_out() -> None:
    query, problems = Query.parse_lenient("from=2025-03-01&to=2025-02-01&district=kech", NAMES)
    assert query == Query(district=("kech",))
    assert len(problems) == 1


def test_parameters_of_the_page_are_ignored_when_named() -> None:
    assert Query.parse("incident=m-1&district=kech", NAMES, ignore=("incident",)) == Query(district=("kech",))


def test_reads_mappings_and_pairs() -> None:
    assert Query.parse({"district": ["kech", "kalat"], "q": "bus"}, NAMES) == read("q=bus&district=kalat&district=kech")
    assert Query.parse([("district", "kech"), ("district", "kalat")], NAMES) == read("district=kalat,kech")


def test_undated_follows_the_dates_unless_it_is_asked_for() -> None:
    assert read("").undated_rule == "include"
    assert read("from=2025-01-01").undated_rule == "exclude"
    assert read("from=2025-01-01&undated=include").undated_rule == "include"
    assert read("undated=include") == read("")
    assert read("undated=exclude").canonical() == "undated=exclude"


def test_a_chip_takes_one_value_away() -> None:
    query = read("district=kech&district=kalat&from=2025-01-01")
    assert query.without_value("district", "kech") == read("district=kalat&from=2025-01-01")
    assert query.without_value("from", "2025-01-01") == read("district=kalat&district=kech")
    assert query.without("district", "from").is_all


def _ids(parameter: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(sorted(NAMES.labels[parameter])), max_size=4).map(tuple)


def _boxes() -> st.SearchStrategy[tuple[float, ...]]:
    degrees = st.integers(-1700, 1690)
    return st.tuples(degrees, st.integers(-800, 790), st.integers(1, 100), st.integers(1, 100)).map(
        lambda box: (box[0] / 10, box[1] / 10, (box[0] + box[2]) / 10, (box[1] + box[3]) / 10)
    )


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Any query that can be asked."""
    days = sorted(draw(st.lists(DAYS, min_size=2, max_size=2)))
    given_days = draw(st.tuples(st.booleans(), st.booleans()))
    values: dict[str, Any] = {name: draw(_ids(name)) for name in LIST_PARAMETERS}
    words = draw(st.lists(st.sampled_from(["turbat", "bus", "n 25", "کوئٹہ", "مستونگ", "42"]), max_size=3))
    return Query(
        date_from=days[0] if given_days[0] else None,
        date_to=days[1] if given_days[1] else None,
        undated=draw(st.none() | st.sampled_from(UNDATED_CHOICES)),
        min_killed=draw(st.none() | st.integers(0, 999_999)),
        where_prec_max=draw(st.none() | st.integers(1, 7)),
        disputed=draw(st.none() | st.booleans()),
        q=" ".join(sorted(set(" ".join(words).split()))) or None,
        bbox=draw(st.none() | _boxes()),  # type: ignore[arg-type]
        **values,
    )


@given(queries())
def test_the_canonical_string_reads_back_as_the_same_query(query: Query) -> None:
    assert read(query.canonical()) == query
    assert read(query.canonical()).canonical() == query.canonical()


@given(queries(), st.randoms())
def test_the_order_of_parameters_does_not_matter(query: Query, random: Any) -> None:
    pairs = list(query.pairs())
    random.shuffle(pairs)
    assert Query.parse(pairs, NAMES) == query


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_but_never_breaks(text: str) -> None:
    query, problems = Query.parse_lenient(text, NAMES)
    assert read(query.canonical()) == query
    assert all("\n" not in problem for problem in problems)
