"""Rating forms by the command line: listed, shown in a language, checked, added, shared."""

from __future__ import annotations

from pathlib import Path

from medsdesk.services.instruments import form_file, form_names, load_instrument
from tests.cli.conftest import Cli

WARD = form_file("summary").text.replace('id = "summary"', 'id = "ward"')


def _file(folder: Path, text: str) -> str:
    path = folder / "ward.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_forms_are_listed_with_what_they_ask(cli: Cli, ws: object, tmp_path: Path) -> None:
    assert cli("forms", "add", _file(tmp_path, WARD))[0] == 0
    code, out, _ = cli("forms", "list")
    assert code == 0
    lines = {line.split()[0]: line for line in out.splitlines()[1:]}
    assert list(lines) == [*form_names(), "ward"]
    assert "5 scales, 5 marks, correction" in lines["summary"]
    assert "12 counts" in lines["radiology"]
    assert "1 scale " in lines["label"]
    assert " own " in lines["ward"]
    document = cli.json("forms", "list")
    assert [form["id"] for form in document if form["own"]] == ["ward"]
    assert document[0]["languages"] == ["en", "zh", "ja", "fr", "ru", "es"]
    assert document[-1]["languages"] == ["en"]
    assert {form["sha256"] for form in document} >= {load_instrument("pair").sha256}


def test_a_form_is_shown_in_a_language(cli: Cli, ws: object) -> None:
    code, out, _ = cli("forms", "show", "extraction", "--language", "ja")
    assert code == 0
    form = load_instrument("extraction", "ja")
    assert out.startswith(f"{form.title} (extraction, version 1, ja)\n")
    for mark in form.marks:
        assert mark.meaning in out
    assert cli.json("forms", "show", "pair")["criteria"][0]["anchors"][0]["value"] == -2
    code, _, err = cli("forms", "show", "pair", "--language", "de")
    assert code == 1
    assert "Choose one of en, zh, ja, fr, ru, es." in err


def test_every_fault_of_a_file_is_told_and_the_exit_code_is_one(cli: Cli, tmp_path: Path) -> None:
    bad = _file(tmp_path, WARD.replace('label = "Accurate"', "").replace("value = 5", "value = 4"))
    good = tmp_path / "good.toml"
    good.write_text(WARD, encoding="utf-8")
    code, out, _ = cli("forms", "check", bad, str(good))
    assert code == 1
    lines = out.splitlines()
    assert lines[0] == "ward.toml: 6 faults"
    assert lines[1] == "  question 1 (line 9) has no label"
    assert lines[-1] == "good.toml: clean"
    code, out, _ = cli("forms", "check", str(good), "--json")
    assert code == 0
    assert '"faults": []' in out


def test_a_form_is_added_once_and_changed_only_with_its_version(
    cli: Cli, ws: object, tmp_path: Path
) -> None:
    assert cli("forms", "add", _file(tmp_path, WARD))[1] == "ward version 1: added\n"
    assert cli("forms", "add", _file(tmp_path, WARD))[1] == "ward version 1: there already\n"
    code, _, err = cli("forms", "add", _file(tmp_path, WARD.replace("Accurate", "True")))
    assert code == 1
    assert "Raise the form's version with every change." in err
    changed = WARD.replace("Accurate", "True").replace("version = 1", "version = 2")
    assert cli.json("forms", "add", _file(tmp_path, changed))["new"] is True


def test_a_form_is_written_to_a_file_and_never_over_one(
    cli: Cli, ws: object, tmp_path: Path
) -> None:
    target = tmp_path / "shared.toml"
    code, out, _ = cli("forms", "export", "summary", "--out", str(target))
    assert (code, out) == (0, f"summary version 1: {target}\n")
    assert target.read_text(encoding="utf-8") == form_file("summary").text
    assert cli("forms", "export", "summary", "--out", str(target))[0] == 1
    other = str(tmp_path / "other.toml")
    assert cli.json("forms", "export", "pair", "--out", other)["file"] == other
