"""`python -m geo extract`: what goes in, what comes out, and what it says when it can't."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from geo.cli.extract import collect_articles, command
from geo.documents import Article, Prepared, prepare
from geo.errors import InputError

REPORT = "PUBLISHED: 2025-08-08\n\nTwo policemen were shot dead in Mastung on Thursday, police said.\n"


def run(*arguments: str, stdin: str | None = None) -> str:
    result = CliRunner().invoke(command, arguments, input=stdin, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.txt", "c.txt"):
        (tmp_path / name).write_text(REPORT)
    return tmp_path


def test_one_file_is_one_object(folder: Path) -> None:
    shown = json.loads(run(str(folder / "a.txt")))
    assert set(shown) == {"document", "incidents", "other_places", "warnings"}
    assert shown["document"]["file"] == "a.txt"
    assert shown["incidents"][0]["killed"]["security"] == {"low": 2, "best": 2, "high": 2}


def test_a_folder_is_read_in_the_order_of_names_and_by_any_number_of_processes(folder: Path) -> None:
    alone = run(str(folder), "--format", "jsonl")
    assert [json.loads(line)["document"]["file"] for line in alone.splitlines()] == ["a.txt", "b.txt", "c.txt"]
    assert run(str(folder), "--format", "jsonl", "--jobs", "2") == alone


def test_standard_input_and_options() -> None:
    text = "Two policemen were shot dead in Mastung on Thursday."
    shown = json.loads(run("-", "--published", "2025-08-08", "--publisher", "Dawn", "--no-text", stdin=text))
    assert (shown["document"]["publisher"], "text" in shown["document"]) == ("Dawn", False)
    assert shown["incidents"][0]["date_start"] == "2025-08-07"


def test_explain_names_the_rule_of_each_claim(folder: Path) -> None:
    shown = json.loads(run(str(folder / "a.txt"), "--explain"))
    rules = {claim["field"]: claim["rule"] for claim in shown["incidents"][0]["claims"]}
    assert rules["date"] == "date: weekday"
    assert rules["killed.security"].startswith("count: people")


def test_a_bad_file_never_stops_the_rest(folder: Path) -> None:
    (folder / "bad.json").write_text("{")
    result = CliRunner().invoke(command, [str(folder), "--format", "jsonl"], catch_exceptions=False)
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 3)
    assert "bad.json: is not JSON" in result.stderr
    assert CliRunner().invoke(command, [str(folder), "--strict"], catch_exceptions=False).exit_code == 1


def test_a_bad_record_of_a_file_never_stops_its_others(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "One."}\nnot json\n{"text": "Three."}\n')
    result = CliRunner().invoke(command, [str(tmp_path), "--format", "jsonl"], catch_exceptions=False)
    assert [json.loads(line)["document"]["file"] for line in result.stdout.splitlines()] == ["a.jsonl:1", "a.jsonl:3"]
    assert "a.jsonl:2: is not JSON" in result.stderr


def test_folders_within_are_read_but_hidden_ones(folder: Path) -> None:
    for name in ("2025/march", ".git", "empty.txt"):
        (folder / name).mkdir(parents=True)
    for place in ("2025/march/d.txt", "2025/.e.txt", ".git/f.txt"):
        (folder / place).write_text((folder / "a.txt").read_text(encoding="utf-8"), encoding="utf-8")
    rows = [json.loads(line) for line in run(str(folder), "--format", "jsonl").splitlines()]
    assert [row["document"]["file"] for row in rows] == ["d.txt", "a.txt", "b.txt", "c.txt"]


def test_a_missing_file_never_stops_the_rest(folder: Path) -> None:
    arguments = [str(folder / "gone.txt"), str(folder / "a.txt"), "--format", "jsonl"]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)
    assert "gone.txt: no such file or folder" in result.stderr


def test_halves_of_characters_are_read_as_odd_bytes_are(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "One \\ud800 two.", "publisher": "a\\ud800b", "url": "u\\udfff"}\n')
    shown = json.loads(run(str(tmp_path)))["document"]
    assert (shown["text"], shown["publisher"], shown["url"]) == ("One two.", "a\ufffdb", "u\ufffd")


COUNT = {"low", "best", "high"}
TOLL = {"total", "militants", "security", "civilians"}


def test_the_output_has_the_shape_of_the_contract(folder: Path) -> None:
    shown = json.loads(run(str(folder / "a.txt")))
    assert list(shown["document"]) == ["file", "id", "title", "publisher", "url", "published", "language", "text"]
    (found,) = shown["incidents"]
    assert {
        *("mention_id", "role", "event_type", "title", "part_of", "date_start", "date_end", "date_prec", "country"),
        *("province", "districts", "where_prec", "place", "killed", "injured", "abducted", "arrested", "perpetrator"),
        *("perpetrator_basis", "attributed_by", "perpetrators", "target", "disputed", "claims"),
    } <= set(found)
    assert {"text", "name", "lat", "lon", "radius_km", "pcode", "candidates"} <= set(found["place"])
    assert set(found["killed"]) == set(found["injured"]) == TOLL
    assert set(found["killed"]["total"]) == COUNT
    assert [set(party) for party in found["perpetrators"]] == [{"actor", "basis", "speaker"}]
    for claim in found["claims"]:
        assert {
            *("id", "field", "original", "span", "value", "speaker", "speaker_span", "stance", "origin"),
        } <= set(claim)
        start, end = claim["span"]
        assert shown["document"]["text"][start:end] == claim["original"]


def test_a_document_that_makes_the_program_fail_never_stops_the_rest(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare_or_fail(article: Article, *stated: Any) -> Prepared:
        if article.file == "b.txt":
            raise RecursionError("too deep")
        return prepare(article, *stated)

    monkeypatch.setattr("geo.cli.extract.prepare", prepare_or_fail)
    result = CliRunner().invoke(command, [str(folder), "--format", "jsonl"], catch_exceptions=False)
    assert [json.loads(line)["document"]["file"] for line in result.stdout.splitlines()] == ["a.txt", "c.txt"]
    assert "b.txt: could not be read (RecursionError: too deep)" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["nowhere"], "no such file or folder"), (["-", "--published", "soon"], "'soon' is no date")],
)
def test_bad_input_is_one_clear_line(arguments: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        CliRunner().invoke(command, arguments, input="", catch_exceptions=False)


def test_the_output_file_is_written_whole(folder: Path) -> None:
    output = folder / "out" / "found.jsonl"
    with pytest.raises(InputError, match="cannot be written"):
        CliRunner().invoke(command, [str(folder), "-o", str(output)], catch_exceptions=False)
    output.parent.mkdir()
    run(str(folder), "--format", "jsonl", "-o", str(output))
    assert [path.name for path in output.parent.iterdir()] == ["found.jsonl"]


def test_a_web_address_is_fetched_beside_files(folder: Path) -> None:
    asked: list[str] = []

    def take(address: str) -> Article:
        asked.append(address)
        if address.endswith("gone"):
            raise InputError(f"{address}: the site answers 404 Not Found; check the address")
        return Article(address, REPORT, url=address)

    articles, faults = collect_articles(["https://a.example/1", str(folder / "a.txt"), "HTTP://a.example/gone"], take)
    assert [article.file for article in articles] == ["https://a.example/1", "a.txt"]
    assert asked == ["https://a.example/1", "HTTP://a.example/gone"]
    assert faults == ["HTTP://a.example/gone: the site answers 404 Not Found; check the address"]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("http://127.0.0.1/page", "only pages of the public internet"),
        ("http://[::1]:8080/", "only pages of the public internet"),
        ("https://10.1.2.3/", "only pages of the public internet"),
        ("http://169.254.169.254/latest", "only pages of the public internet"),
        ("http://a.example:22/", "port 22 is not asked"),
        ("ftp://a.example/report.txt", "begins with https:// or http://"),
        ("file:///etc/passwd", "begins with https:// or http://"),
    ],
)
def test_an_address_that_must_not_be_read_is_one_line(address: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        CliRunner().invoke(command, [address], catch_exceptions=False)
    assert "\n" not in str(refused.value)
