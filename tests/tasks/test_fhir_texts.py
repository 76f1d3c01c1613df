"""FHIR resources give the texts that they carry; every resource here is synthetic."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from medsdesk.tasks.fhir_texts import FhirReader, is_fhir
from medsdesk.tasks.own_texts import OwnText, Reading
from tests.made_documents import pdf

PLAIN = {"contentType": "text/plain", "data": base64.b64encode(b"Made-up full report.").decode()}
SCAN = {"contentType": "application/pdf", "data": base64.b64encode(pdf("")).decode()}
AWAY = {"contentType": "text/plain", "url": "https://example.org/report"}


def narrative(text: str) -> dict[str, str]:
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{text}</p></div>',
    }


def report(**fields: Any) -> dict[str, Any]:
    return {"resourceType": "DiagnosticReport", "id": "r1", "status": "final", **fields}


def bundle(*resources: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}


def _read(resource: Any, **options: Any) -> tuple[list[OwnText], Reading]:
    reading = Reading()
    reader = FhirReader("b.json", reading, **options)
    found = list(reader.read(resource))
    reader.tell_others()
    return found, reading


def _text(resource: Any) -> str:
    [found], reading = _read(resource)
    assert reading.left_out == []
    return found.text


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"text": narrative("Lungs are clear.")}, "Lungs are clear."),
        ({"conclusion": "Normal."}, "Conclusion: Normal."),
        (
            {"text": narrative("Lungs are clear."), "conclusion": "Normal."},
            "Lungs are clear.\n\nConclusion: Normal.",
        ),
        ({"text": narrative("Clear. So: Normal."), "conclusion": "Normal."}, "Clear. So: Normal."),
        ({"presentedForm": [PLAIN]}, "Made-up full report."),
        ({"presentedForm": [PLAIN], "text": narrative("full report.")}, "Made-up full report."),
        (
            {"presentedForm": [PLAIN], "text": narrative("Summary.")},
            "Summary.\n\nMade-up full report.",
        ),
        (
            {"presentedForm": [PLAIN], "text": narrative("Made-up full report. More.")},
            "Made-up full report. More.",
        ),
        ({"presentedForm": [SCAN, AWAY, PLAIN]}, "Made-up full report."),
    ],
)
def test_a_report_says_everything_once(fields: dict[str, Any], text: str) -> None:
    assert _text(report(**fields)) == text


def test_a_conclusion_can_be_the_reference_instead() -> None:
    fields = {"text": narrative("Lungs are clear."), "conclusion": "Normal."}
    [found], reading = _read(report(**fields), conclusions=True)
    assert found == OwnText("DiagnosticReport/r1", "Lungs are clear.", ("Normal.",))
    assert reading.notes == []
    fields["text"] = narrative("Lungs are clear. Normal.")
    [found], reading = _read(report(**fields), conclusions=True)
    assert found.references == ("Normal.",)
    assert "holds the conclusion word for word" in reading.notes[0]
    nothing, reading = _read(report(conclusion="Normal."), conclusions=True)
    assert nothing == []
    assert reading.left_out[0].reason == "it has no text"


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (report(), "it has no text"),
        (report(text={"status": "empty", "div": "<div>x</div>"}), "it has no text"),
        (report(text={"div": 7}, conclusion=7, presentedForm={}), "it has no text"),
        (report(conclusion="Normal.", status="entered-in-error"), "marked as entered in error"),
        (report(presentedForm=[SCAN]), "its attachment has no text in it, only pictures"),
        (report(presentedForm=[AWAY]), "its attachment lies at an address"),
        (report(conclusion="Zebra\0"), "the text has characters in it that are no text"),
        ({"resourceType": "DocumentReference", "content": []}, "it has no text"),
        ({"resourceType": "DocumentReference", "docStatus": "entered-in-error"}, "entered in err"),
        ({"resourceType": "Composition", "section": [{"title": "Plan"}, 7]}, "it has no text"),
        ("Zebra", "it is no FHIR resource"),
        ({"resourceType": 7}, "it is no FHIR resource"),
    ],
)
def test_what_has_no_text_is_told(resource: Any, reason: str) -> None:
    found, reading = _read(bundle(resource))
    assert found == []
    [left_out] = reading.left_out
    assert reason in left_out.reason
    assert left_out.where.startswith("b.json")
    assert "Zebra" not in str(left_out)


def test_a_report_whose_form_cannot_be_read_is_taken_for_the_rest_and_told() -> None:
    [found], reading = _read(report(text=narrative("Summary."), presentedForm=[SCAN]))
    assert found.text == "Summary."
    [left_out] = reading.left_out
    assert left_out.where == "b.json, DiagnosticReport/r1"
    assert "its attachment" in left_out.reason


def test_a_document_is_its_attachment() -> None:
    document = {
        "resourceType": "DocumentReference", "id": "d1", "text": narrative("About it."),
        "content": [{"attachment": SCAN}, {"attachment": PLAIN}, 7, {}],
    }  # fmt: skip
    [found], reading = _read(document)
    assert found == OwnText("DocumentReference/d1", "Made-up full report.")
    assert reading.left_out == []


def test_a_composition_is_its_sections_in_order() -> None:
    composition = {
        "resourceType": "Composition", "title": "Discharge summary", "text": narrative("Whole."),
        "section": [
            {"title": "Course", "text": narrative("Uneventful."), "section": [
                {"title": "Drugs", "text": narrative("Aspirin.")}, {"text": narrative("None.")},
            ]},
            {"title": "Plan", "section": [{"title": "Visit", "text": narrative("In May.")}]},
            {"title": "Empty"},
        ],
    }  # fmt: skip
    assert _text(composition) == (
        "Discharge summary\n\nCourse\nUneventful.\n\nDrugs\nAspirin.\n\nNone.\n\nPlan\n\n"
        "Visit\nIn May."
    )
    del composition["section"]
    assert _text(composition) == "Whole."


def test_a_bundle_gives_its_texts_and_tells_what_it_passed_over() -> None:
    patients = [{"resourceType": "Patient"}] * 3
    inner = bundle(report(id="r2", conclusion="Second."))
    other = {"resourceType": "DiagnosticReport", "conclusion": "Third."}
    found, reading = _read(
        bundle(report(conclusion="First."), *patients, inner, {"resourceType": "Device"}, other)
    )
    assert [one.text for one in found] == [
        "Conclusion: First.", "Conclusion: Second.", "Conclusion: Third.",
    ]  # fmt: skip
    assert [one.id for one in found[:2]] == ["DiagnosticReport/r1", "DiagnosticReport/r2"]
    assert found[2].id == "b.json #7"
    assert reading.notes == [
        "b.json: 4 resources of other kinds were passed over (Patient, Device)."
    ]
    assert reading.left_out == []


def test_a_document_within_the_bundle_is_found() -> None:
    binary = {"resourceType": "Binary", "id": "x", **PLAIN}
    attachment = {"url": "urn:uuid:9"}
    linked = {"resourceType": "DocumentReference", "content": [{"attachment": attachment}]}
    made = bundle(linked, binary)
    made["entry"][1]["fullUrl"] = "urn:uuid:9"
    assert _read(made)[0][0].text == "Made-up full report."
    attachment["url"] = "Binary/x"
    assert _read(bundle(linked, binary))[0][0].text == "Made-up full report."


def test_a_bundle_without_entries_has_no_text() -> None:
    for entries in ({}, {"entry": 7}, {"entry": [7, {}]}):
        assert _read({"resourceType": "Bundle", **entries}) == ([], Reading())


def test_a_resource_is_known_by_what_it_says() -> None:
    assert is_fhir({"resourceType": "Patient"})
    assert not any(map(is_fhir, (None, [], {}, {"resourceType": 7}, "resourceType")))
