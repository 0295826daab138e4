"""The panel's content: every version with its speaker, disagreements with their outlets, plain texts only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from geo.details import incident_details
from geo.models import Cited, Incident
from geo.pipeline import load_dataset
from geo.wording import day_text

DATASET = load_dataset()


def the(*words: str) -> Incident:
    """The one incident whose title holds all words."""
    found = [i for i in DATASET.incidents.values() if all(word in i.title for word in words)]
    assert len(found) == 1, [incident.title for incident in found]
    return found[0]


def test_every_claim_stands_in_a_version_of_its_speaker() -> None:
    for incident in DATASET.incidents.values():
        details = incident_details(DATASET, incident)
        shown = sum(len(claim["document_ids"]) for version in details["versions"] for claim in version["claims"])
        assert shown == len(incident.claims)
        assert len(details["versions"]) == details["n_speakers"]


def test_one_statement_carried_with_two_places_names_the_outlets() -> None:
    details = incident_details(DATASET, the("Security operation", "12 Jan 2025"))
    place = next(one for one in details["disagreements"] if one["field"] == "place")
    assert [version["text"] for version in place["versions"]] == ["Kachhi", "Kech"]
    assert "as reported by Business Recorder" in place["versions"][0]["speakers"][0]
    assert [rival["districts"] for rival in details["rival_places"]] == [["Kech"]]


def test_korki_keeps_the_versions_of_levies_and_of_aaj() -> None:
    details = incident_details(DATASET, the("Korki"))
    assert {"Levies", "Aaj TV"} <= {version["speaker"] for version in details["versions"]}
    assert details["place"]["precision"] == "within about 5 km"
    assert details["perpetrator"] is None
    assert len(details["perpetrators"]) > 1


def test_the_rising_toll_of_an_operation_keeps_its_earlier_figures_as_revised() -> None:
    details = incident_details(DATASET, the("Security operation", "Feb 2026"))
    ispr = next(version for version in details["versions"] if version["speaker"] == "ISPR")
    militants = {claim["text"]: claim["revised"] for claim in ispr["claims"] if claim["field"] == "killed.militants"}
    assert any(text.startswith("216") and not revised for text, revised in militants.items())
    assert any(text.startswith("92") and revised for text, revised in militants.items())


def test_a_campaign_lists_its_parts_and_they_it() -> None:
    wave = the("Armed attack", "31 Jan 2026", "Mastung")
    details = incident_details(DATASET, wave)
    assert details["campaign"]
    parts = [part["id"] for part in details["children"]]
    assert len(parts) >= 2
    for key in parts:
        part = incident_details(DATASET, DATASET.incident(key))
        assert part["part_of"]["id"] == wave.id


def test_a_source_that_a_data_set_names_is_told_with_its_address() -> None:
    incident = the("Korki")
    cites = (
        Cited("source", "Reuters", "Blast", date(2024, 1, 30), "https://example.org/1"),
        Cited("original", "police"),
    )
    documents = tuple(replace(document, dataset="some-set", cites=cites) for document in incident.documents)
    details = incident_details(DATASET, replace(incident, documents=documents))
    told = [document["cites"] for version in details["versions"] for document in version["documents"]]
    assert told
    assert [[one["url"] for one in cited] for cited in told] == [["https://example.org/1", None]] * len(told)
    assert told[0][0]["text"] == f"Reuters, {day_text(cites[0].published)}, “Blast”"
    assert told[0][1]["text"] == "original source: police"
