"""Vocabularies: the project's own are sound, look-ups forgive spelling, and a faulty file says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.datafiles import DATA_DIR, fold, slug
from geo.errors import DataFileError
from geo.models import Camp
from geo.vocab import Vocabulary, default_vocabulary

VOCABULARY = default_vocabulary()


@pytest.mark.parametrize(
    ("name", "actor"),
    [
        ("BLA", "bla"),
        ("balochistan liberation army", "bla"),
        ("Baloch Liberation Army (BLA)", "bla"),
        ("the military", "pakistan-military"),
        ("Fitna-ul-Hindustan", "fitna-al-hindustan"),
        ("FITNA AL HINDUSTAN", "fitna-al-hindustan"),
        ("nobody we know", None),
    ],
)
def test_actor_by_any_of_its_names(name: str, actor: str | None) -> None:
    found = VOCABULARY.actor(name)
    assert (found.id if found else None) == actor


def test_the_military_speaks_through_ispr_and_a_publisher_for_itself() -> None:
    assert VOCABULARY.speaker("the Pakistani military").id == "ispr"
    assert VOCABULARY.speaker("DAWN").id == "dawn"
    assert VOCABULARY.speaker("A new outlet").camp is Camp.UNKNOWN


def test_asking_for_a_parent_includes_its_children_and_a_label_stays_a_label() -> None:
    assert VOCABULARY.with_children("bla") >= {"bla", "majeed-brigade"}
    assert "bla" not in VOCABULARY.with_children("fitna-al-hindustan")
    assert VOCABULARY.kind("fitna-al-hindustan") == "state_label"


@pytest.mark.parametrize(
    ("name", "folded"), [("Fitna-al-Hindustan", "fitna al hindustan"), ("Türkiye  X", "turkiye x")]
)
def test_fold(name: str, folded: str) -> None:
    assert fold(name) == folded
    assert slug(name) == folded.replace(" ", "-")


GOOD = 'id,name,kind,camp,parent,voice,aliases,source\na,Alpha,armed_group,armed_group,,,First,"x"\n'


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        ("b,Beta,gang,armed_group,,,,x\n", 3, "kind 'gang'"),
        ("b,Beta,armed_group,blue,,,,x\n", 3, "camp 'blue'"),
        ("b,Beta,armed_group,armed_group,zeta,,,x\n", 3, "'zeta'"),
        ("a,Beta,armed_group,armed_group,,,,x\n", 3, "id 'a' stands twice"),
        ("b,Beta,armed_group,armed_group,,,first,x\n", 3, "already belongs to 'a'"),
        ("b,Beta,armed_group,armed_group,b,,,x\n", 3, "its own ancestor"),
        ("b,Beta,armed_group,armed_group,,,,\n", 3, "source must not be empty"),
        ("b,Beta,armed_group,armed_group,,,,x,more\n", 3, "more cells"),
    ],
)
def test_a_faulty_file_names_line_and_value(tmp_path: Path, rows: str, line: int, words: str) -> None:
    for name in ("publishers.csv", "event_types.csv"):
        (tmp_path / name).write_bytes((DATA_DIR / name).read_bytes())
    (tmp_path / "actors.csv").write_text(GOOD + rows, encoding="utf-8")
    with pytest.raises(DataFileError, match=words) as caught:
        Vocabulary.load(tmp_path)
    assert str(caught.value).startswith(f"actors.csv:{line}:")


def test_a_missing_file_and_a_missing_column_are_said(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="missing"):
        Vocabulary.load(tmp_path)
    (tmp_path / "actors.csv").write_text("id,name\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="'kind'"):
        Vocabulary.load(tmp_path)
