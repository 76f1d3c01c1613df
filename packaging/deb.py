"""Make the Debian package of ``dist/medsdesk``: ``python3 packaging/deb.py [--out DIR]``.

Needs ``dpkg-deb``. The program goes to ``/opt/medsdesk``, with a link in ``/usr/bin``, an entry
for the menu and an icon; the package runs no script of its own. Times are those of
SOURCE_DATE_EPOCH where it is set, so that the same folder gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "dist" / "medsdesk"
LINUX = ROOT / "packaging" / "linux"


def version() -> str:
    """Return the program's version as ``pyproject.toml`` has it."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r'^version = "([^"]+)"', text, re.MULTILINE)
    if found is None:
        raise SystemExit("pyproject.toml names no version.")
    return found[1]


def lay_out(tree: Path) -> None:
    """Put everything where it will lie on the machine."""
    shutil.copytree(BUNDLE, tree / "opt" / "medsdesk", symlinks=True)
    binary = tree / "usr" / "bin"
    binary.mkdir(parents=True)
    (binary / "medsdesk").symlink_to("/opt/medsdesk/medsdesk")
    _copy(LINUX / "medsdesk.desktop", tree / "usr/share/applications/medsdesk.desktop")
    icon = ROOT / "resources/icons/medsdesk.svg"
    _copy(icon, tree / "usr/share/icons/hicolor/scalable/apps/medsdesk.svg")
    _copy(ROOT / "LICENSE", tree / "usr/share/doc/medsdesk/copyright")
    changes = tree / "usr/share/doc/medsdesk/changelog.gz"
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Changelog\n")[2]
    text = text.partition("\n## ")[0].strip() + "\n"
    changes.write_bytes(gzip.compress(text.encode(), mtime=0))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def control(tree: Path, architecture: str) -> str:
    """Return the package's description; the size is in KiB, of the files themselves."""
    size = sum(p.lstat().st_size for p in tree.rglob("*") if not p.is_dir()) // 1024
    text = (LINUX / "control").read_text(encoding="utf-8")
    for name, value in (
        ("VERSION", version()),
        ("ARCHITECTURE", architecture),
        ("SIZE", str(size)),
        ("LIBC", platform.libc_ver()[1] or "2.31"),  # what was built here may need no older one
    ):
        text = text.replace(f"@{name}@", value)
    return text


def set_modes(tree: Path) -> None:
    """Let all read and nobody but root write, whatever the mask of this machine was."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or os.access(path, os.X_OK)
            path.chmod(0o755 if runs else 0o644)


def main(words: list[str]) -> int:
    """Make the package; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where it is put")
    given = parser.parse_args(words)
    tool, asker = shutil.which("dpkg-deb"), shutil.which("dpkg")
    if tool is None or asker is None or not BUNDLE.is_dir():
        print("dpkg-deb or dist/medsdesk is not there; run packaging/bundle.py on Debian first.")
        return 1
    asked = subprocess.run(
        [asker, "--print-architecture"], capture_output=True, text=True, check=True
    )
    architecture = asked.stdout.strip()
    target = given.out / f"medsdesk_{version()}_{architecture}.deb"
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        lay_out(tree)
        text = control(tree, architecture)
        (tree / "DEBIAN").mkdir()
        (tree / "DEBIAN" / "control").write_text(text, encoding="utf-8")
        set_modes(tree)
        subprocess.run(
            [tool, "--root-owner-group", "-Zzstd", "-z9", "--build", str(tree), str(target)],
            check=True,
        )
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    sums = target.with_name(f"{target.name}.sha256")
    sums.write_text(f"{digest}  {target.name}\n", encoding="utf-8")
    print(f"{target}: {target.stat().st_size / 2**20:.0f} MiB, SHA-256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
