"""Makes small Word and PDF documents and spreadsheets for the tests; every text is made up."""

from __future__ import annotations

import importlib
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence


def word(*paragraphs: str, header: str = "") -> bytes:
    """Return a Word document of some paragraphs."""
    import docx

    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def word_of(body: str, **parts: str) -> bytes:
    """Return a Word document whose body is the XML given, with ``w:`` for Word's namespace."""
    return rewritten(
        word(),
        lambda name, old: (
            old.replace(b"<w:body>", f"<w:body>{body}".encode())
            if name == "word/document.xml"
            else old
        ),
        **parts,
    )


def rewritten(data: bytes, change: Callable[[str, bytes], bytes], **parts: str) -> bytes:
    """Return a zip archive with each part changed, and others added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, text in parts.items():
            new.writestr(name, text)
    return file.getvalue()


def pdf(*pages: str, claimed: int | None = None, extra: str = "") -> bytes:
    """Return a PDF document with a text layer; a blank page has none.

    Args:
        pages: Text of each page, in ASCII.
        claimed: How many pages the file says that it has.
        extra: Entries of its catalogue.
    """
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {extra} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages) if claimed is None else claimed} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, text in enumerate(pages):
        content = "".join(_shown(line, n) for n, line in enumerate(text.split("\n")))
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    return _numbered(objects)


def _shown(line: str, number: int) -> str:
    escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F1 11 Tf 60 {780 - 14 * number} Td ({escaped}) Tj ET\n" if line else ""


def _numbered(objects: Sequence[str]) -> bytes:
    made, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    made += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    ).encode("latin-1")
    return made


def encrypted_pdf(text: str, password: str, *, owner_only: bool = False) -> bytes:
    """Return a PDF document with a password: to open it, or only to change it."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(text))))
    user, owner = ("", password) if owner_only else (password, password)
    writer.encrypt(user, owner, algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def excel(rows: Iterable[Sequence[object]], **more: Iterable[Sequence[object]]) -> bytes:
    """Return a workbook with a sheet of rows, and others by their names."""
    # By its name, because it has no types.
    book = importlib.import_module("openpyxl").Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    for name, others in more.items():
        other = book.create_sheet(name)
        for row in others:
            other.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
