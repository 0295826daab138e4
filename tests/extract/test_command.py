"""`python -m geo extract`: what goes in, what comes out, and what it says when it can't."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from geo.cli.extract import command
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
