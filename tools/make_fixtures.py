"""Make the papers of tests/papers/xml in the other formats: ODT, DOCX, PDF as it is printed, TXT taken from the PDF.

    python tools/make_fixtures.py                 all of them
    python tools/make_fixtures.py kst-99002-7     one

Needs LibreOffice (soffice) and poppler (pdftotext); the tests need neither, for what is made here is kept. The same
paper gives the same file, but for the order in which LibreOffice names the styles of an ODT.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from print_layout import Paper

PAPERS = Path(__file__).resolve().parent.parent / "tests" / "papers"
MADE = (1980, 1, 1, 0, 0, 0)  # the date in every container
# What tells in an Office file when it was made, and by what.
STAMPS = re.compile(
    rb"<(meta:creation-date|dc:date|dcterms:created|dcterms:modified|meta:editing-duration|meta:generator|Application|"
    rb"AppVersion|TotalTime)\b[^>]*>[^<]*</\1>"
    rb'|<config:config-item config:name="Rsid(?:Root)?"[^>]*>\d*</config:config-item>'
)
LIST = re.compile(rb"\blist\d{4,}\b")  # ids that LibreOffice draws at random
PDF_DATE = re.compile(rb"D:\d{14}[Z+-][\d']*")
PDF_CHECKSUM = re.compile(rb"(?<=[</])[0-9A-F]{32}(?=[>\n])")
TEXTS: dict[str, Sequence[str]] = {"txt": (), "txt-raw": ("-raw",)}  # folder -> how pdftotext is asked


def convert(folder: Path, kind: str, sources: list[Path]) -> None:
    """Have LibreOffice write each source in another format, beside it."""
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind]
    subprocess.run([*command, "--outdir", str(folder), *map(str, sources)], check=True, capture_output=True)


def steady_zip(source: Path, target: Path) -> None:
    """The same container with nothing in it that tells when it was made."""
    with zipfile.ZipFile(source) as made, zipfile.ZipFile(target, "w") as kept:
        for member in made.infolist():
            if member.filename.startswith(("Thumbnails/", "Configurations2/", "layout-cache")):
                continue
            content = made.read(member)
            if member.filename in {"meta.xml", "settings.xml", "docProps/core.xml", "docProps/app.xml"}:
                content = STAMPS.sub(b"", content)
            for order, name in enumerate(dict.fromkeys(LIST.findall(content)), start=1):
                content = content.replace(name, b"list%d" % order)
            entry = zipfile.ZipInfo(member.filename, MADE)
            entry.compress_type = zipfile.ZIP_STORED if member.filename == "mimetype" else zipfile.ZIP_DEFLATED
            kept.writestr(entry, content)


def steady_pdf(source: Path, target: Path) -> None:
    """The same file with one date in it and one mark of identity."""
    data = PDF_DATE.sub(lambda found: b"D:20240101000000Z00'00'".ljust(len(found[0])), source.read_bytes())
    target.write_bytes(PDF_CHECKSUM.sub(b"0" * 32, data))


def make(names: list[str]) -> None:
    """Write the papers with these names, all of them when there is none."""
    sources = sorted(path for path in (PAPERS / "xml").glob("*.xml") if not names or path.stem in names)
    with tempfile.TemporaryDirectory() as scratch:
        for folder, kinds, hyphens in (("twins", ("odt", "docx"), False), ("print", ("pdf",), True)):
            place = Path(scratch) / folder
            place.mkdir()
            for source in sources:
                paper = Paper(etree.parse(source).getroot(), source.stem, hyphens=hyphens)
                (place / f"{source.stem}.fodt").write_text(paper.flat(), "utf-8")
            for kind in kinds:
                convert(place, kind, sorted(place.glob("*.fodt")))
        for source in sources:
            for kind in ("odt", "docx", "pdf", *TEXTS):
                (PAPERS / kind).mkdir(exist_ok=True)
            for kind in ("odt", "docx"):
                steady_zip(Path(scratch) / "twins" / f"{source.stem}.{kind}", PAPERS / kind / f"{source.stem}.{kind}")
            pdf = PAPERS / "pdf" / f"{source.stem}.pdf"
            steady_pdf(Path(scratch) / "print" / f"{source.stem}.pdf", pdf)
            for kind, ways in TEXTS.items():
                target = PAPERS / kind / f"{source.stem}.txt"
                subprocess.run(["pdftotext", *ways, str(pdf), str(target)], check=True)


if __name__ == "__main__":
    make(sys.argv[1:])
