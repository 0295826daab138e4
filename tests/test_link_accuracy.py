"""Pairs of mentions against made-up labels, and the committed labels against what they point at."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geo.errors import DataFileError, InputError
from geo.models import Link, Records, Relation
from tools.link_accuracy import Score, groups_of, main, measure, score, table
from tools.link_labels import LABELS, Label, Labels, Pair, Told, fit, is_hard, load_labels, locate

DAY = date(2025, 3, 16)


def mention(key: str, **members: Any) -> dict[str, Any]:
    return {
        "id": key,
        "corpus": key.split(":", maxsplit=1)[0],
        "article": key,
        "event_type": "bombing",
        "date_start": "2025-03-16",
        "date_end": "2025-03-16",
        "districts": ["Nushki"],
        **members,
    }


MENTIONS = [
    mention("news:1"),
    mention("news:2"),
    mention("news:3", date_start="2025-03-18", date_end="2025-03-18"),
    mention("news:far", date_start="2025-06-01", date_end="2025-06-01"),
    mention("dev:1"),
    mention("curated:1", article="news:1"),
    mention("curated:wave", districts=[], event_type="armed_attack"),
]
CLUSTERS = [{"cluster": "convoy", "members": ["news:1", "news:2", "dev:1", "curated:1"], "why": "one convoy"}]


def write(folder: Path, **files: list[dict[str, Any]]) -> Path:
    for name, rows in ({"mentions": MENTIONS, "clusters": CLUSTERS, "relations": []} | files).items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def labels_with(folder: Path, *relations: dict[str, Any]) -> Labels:
    return load_labels(write(folder, relations=list(relations)))


def scored(labels: Labels, *groups: str, parts: tuple[tuple[str, str], ...] = ()) -> Score:
    """Each group is written as "news:1 news:2"; mentions go by the ids of their labels."""
    located = {key: key for key in labels.mentions}
    named = [group.split() for group in groups]
    alone = [[key] for key in located if all(key not in group for group in named)]
    return score(labels, located, [*named, *alone], parts)


def counts(result: Score, row: str) -> tuple[int, int, int]:
    figures = result.same[row]
    return figures.positives, figures.predicted, figures.correct


def test_pairs_are_counted_by_corpus_and_overall(tmp_path: Path) -> None:
    result = scored(labels_with(tmp_path), "news:1 news:2 news:3", "dev:1 curated:1")
    assert counts(result, "news") == (1, 3, 1)
    assert counts(result, "across") == (4, 1, 1)
    assert counts(result, "all") == (6, 4, 2)
    assert result.same["news"].precision == pytest.approx(1 / 3)
    assert result.same["all"].recall == pytest.approx(2 / 6)


def test_two_readings_of_one_article_stand_apart(tmp_path: Path) -> None:
    result = scored(labels_with(tmp_path), "news:1 curated:1")
    assert counts(result, "same article") == (1, 1, 1)
    assert counts(result, "independent") == (5, 0, 0)
    assert result.same["independent"].precision is None


def test_hard_negatives_are_near_in_time_and_place(tmp_path: Path) -> None:
    result = scored(labels_with(tmp_path), "news:2 news:3")
    assert (result.same["news"].hard, result.same["news"].hard_joined) == (2, 1)
    assert result.wrong == [("news:2", "news:3")]
    assert ("news:1", "news:2") in result.missed


def test_unsure_pairs_count_neither_way(tmp_path: Path) -> None:
    labels = labels_with(tmp_path, {"relation": "unsure", "a": "convoy", "b": "news:3"})
    result = scored(labels, "news:1 news:2 news:3 dev:1 curated:1")
    assert counts(result, "all") == (6, 6, 6)
    assert result.whole == result.happenings == 1
    assert Pair(("dev:1", "news:3")) in labels.unsure


def test_a_mention_that_was_not_found_is_no_failure_of_the_linker(tmp_path: Path) -> None:
    labels = labels_with(tmp_path)
    result = score(labels, {"x": "news:1", "y": "news:2"}, [["x", "y", "unlabelled"]])
    assert counts(result, "all") == (1, 1, 1)
    assert result.same["all"].absent == 5


def test_a_happening_counts_as_whole_only_when_nothing_else_is_in_it(tmp_path: Path) -> None:
    labels = labels_with(tmp_path)
    assert scored(labels, "news:1 news:2 dev:1 curated:1").whole == 1
    assert scored(labels, "news:1 news:2 dev:1 curated:1 news:far").whole == 0
    assert scored(labels, "news:1 news:2 dev:1").whole == 0


def test_part_of_is_told_of_happenings_and_is_not_the_same(tmp_path: Path) -> None:
    labels = labels_with(tmp_path, {"relation": "part_of", "a": "convoy", "b": "curated:wave"})
    group = "news:1 news:2 dev:1 curated:1"
    right = scored(labels, group, parts=(("news:1", "curated:wave"),))
    assert (right.part_of.positives, right.part_of.predicted, right.part_of.correct) == (4, 4, 4)
    turned = scored(labels, group, parts=(("curated:wave", "news:1"),))
    assert (turned.part_of.predicted, turned.part_of.correct) == (4, 0)
    joined = scored(labels, f"{group} curated:wave")
    assert (joined.parts_joined, joined.same["all"].hard_joined) == (4, 4)


@pytest.mark.parametrize(
    ("members", "hard"),
    [
        ({}, True),
        ({"date_start": "2025-03-19", "date_end": "2025-03-19"}, True),
        ({"date_start": "2025-03-20", "date_end": "2025-03-20"}, False),
        ({"date_start": "2025-03-01", "date_end": "2025-03-31"}, True),
        ({"districts": ["Kalat"]}, False),
        ({"districts": ["Kalat", "Nushki"]}, True),
        ({"districts": []}, True),
        ({"districts": [], "elsewhere": True}, False),
        ({"date_start": None, "date_end": None, "published": "2025-03-30"}, True),
        ({"date_start": None, "date_end": None, "published": "2025-09-30"}, False),
        ({"date_start": None, "date_end": None}, True),
    ],
)
def test_hard(tmp_path: Path, members: dict[str, Any], hard: bool) -> None:
    rows = [mention("dev:a"), mention("dev:b", **members)]
    labels = load_labels(write(tmp_path, mentions=rows, clusters=[]))
    assert is_hard(labels.mentions["dev:a"], labels.mentions["dev:b"]) is hard
    assert is_hard(labels.mentions["dev:b"], labels.mentions["dev:a"]) is hard


def told(name: str, **members: Any) -> Told:
    return Told(
        **{
            "mention": name,
            "days": (DAY, DAY),
            "districts": frozenset({"nushki"}),
            "elsewhere": False,
            "event_type": "bombing",
            "killed": 5,
        }
        | members
    )


NUSHKI = Label("n", "news", "a", days=(DAY, DAY), districts=frozenset({"nushki"}), event_type="bombing", killed=5)


@pytest.mark.parametrize(
    ("members", "fits"),
    [
        ({}, True),
        ({"days": None}, True),
        ({"days": (date(2025, 3, 17), date(2025, 3, 17))}, True),
        ({"days": (date(2025, 3, 18), date(2025, 3, 18))}, False),
        ({"districts": frozenset({"kalat"})}, False),
        ({"districts": frozenset({"kalat", "nushki"})}, True),
        ({"districts": frozenset()}, False),
        ({"elsewhere": True}, False),
    ],
)
def test_a_label_is_found_by_day_and_district(members: dict[str, Any], fits: bool) -> None:
    assert (fit(NUSHKI, told("m", **members)) > 0) is fits


def test_each_label_is_used_once_and_the_best_fit_wins() -> None:
    other = Label("o", "news", "a", days=(DAY, DAY), districts=frozenset({"nushki"}), event_type="armed_attack")
    found = locate([told("x", killed=None), told("y"), told("z", districts=frozenset({"kalat"}))], [other, NUSHKI])
    assert found == {"y": "n", "x": "o"}


def test_groups_are_the_components_of_certain_links_that_say_same() -> None:
    def link(a: str, b: str, relation: Relation = Relation.SAME, *, certain: bool = True) -> Link:
        return Link(a, b, relation, 1.0, (), "test", certain)

    links = [link("a", "b"), link("c", "b"), link("c", "d", certain=False), link("d", "e", Relation.PART_OF)]
    assert sorted(map(sorted, groups_of("abcde", links))) == [["a", "b", "c"], ["d"], ["e"]]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"clusters": [{"cluster": "c", "members": ["news:9"]}]},
            r"clusters\.jsonl.*1.*'news:9' is no labelled mention",
        ),
        ({"clusters": [*CLUSTERS, {"cluster": "c", "members": ["dev:1"]}]}, r"2.*'dev:1' is in two clusters"),
        ({"relations": [{"relation": "same", "a": "dev:1", "b": "news:1"}]}, "relation 'same' is unknown"),
        ({"relations": [{"relation": "unsure", "a": "dev:1", "b": "wave"}]}, "'wave' is no cluster and no labelled"),
    ],
)
def test_faulty_labels_are_named(tmp_path: Path, files: dict[str, Any], message: str) -> None:
    with pytest.raises(DataFileError, match=message):
        load_labels(write(tmp_path, **files))


def test_the_table_shows_shares_and_counts(tmp_path: Path) -> None:
    lines = table(scored(labels_with(tmp_path), "news:1 news:2 news:3"))
    assert "| news | 0.333 | 1.000 | 1 | 3 | 1 | 2 | 2 | 0 |" in lines


def test_an_unknown_linker_is_one_clear_error() -> None:
    with pytest.raises(InputError, match=r"linker 'geo\.nothing:link' cannot be loaded"):
        main(["geo.nothing:link"])


# The committed labels


def test_curated_labels_point_at_curated_mentions() -> None:
    folder = LABELS.parent.parent / "data" / "incidents"
    rows = [json.loads(line) for path in folder.glob("*.jsonl") for line in path.read_text().splitlines() if line]
    keys = {row["key"] for row in rows if row["kind"] == "mention"}
    labelled = {label.key for label in load_labels().mentions.values() if label.corpus == "curated"}
    assert labelled
    assert labelled <= keys


def test_the_labels_own_page_states_their_counts() -> None:
    labels = load_labels()
    page = (LABELS / "README.md").read_text()
    stated = {what: int(n.replace(",", "")) for what, n in re.findall(r"^\| ([^|]+) \| ([\d,]+) \|$", page, re.M)}
    sizes = Counter(labels.happening.values())
    assert stated["labelled mentions"] == len(labels.mentions)
    assert stated["happenings told by two mentions or more"] == sum(size > 1 for size in sizes.values())
    assert stated["pairs that tell the same (positives)"] == sum(n * (n - 1) // 2 for n in sizes.values())
    assert stated["unsure pairs"] == len(labels.unsure)
    assert stated["part-of pairs"] == len(labels.part_of)
    everything = score(labels, {key: key for key in labels.mentions}, [[key] for key in labels.mentions])
    assert stated["hard negatives"] == everything.same["all"].hard


def test_a_linker_is_called_once_with_mentions_and_no_links(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tools.link_accuracy.TEXTS", {"dev": tmp_path})
    seen: list[Records] = []

    def linker(records: Records) -> tuple[Link, ...]:
        seen.append(records)
        a, b = records.mentions[:2]
        return (Link(a.id, b.id, Relation.SAME, 1.0, ("test",), "test"),)

    result = measure(linker)
    assert len(seen) == 1
    assert not seen[0].links
    assert len(seen[0].mentions) >= 100
    assert result.same["curated"].predicted == 1
    assert result.same["dev"].absent == 2
