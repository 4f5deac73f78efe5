"""Files as they come: encodings, line ends, what cannot be seen, and files that are something else."""

from __future__ import annotations

import unicodedata

import pytest

from printed_papers import FOOTER, SEED
from ragassist.document import Document
from ragassist.errors import UnreadablePaper, UnsupportedFormat
from ragassist.exchanges import find_exchanges
from ragassist.formats import parse
from ragassist.passages import split

TEXT = SEED.read_text("utf-8")
SAME = {
    "UTF-8 with a mark": TEXT.encode("utf-8-sig"),
    "UTF-16 LE": b"\xff\xfe" + TEXT.encode("utf-16-le"),
    "UTF-16 BE": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "Windows-1252": TEXT.encode("cp1252"),
    "Windows line ends": TEXT.replace("\n", "\r\n").encode(),
    "old Mac line ends": TEXT.replace("\n", "\r").encode(),
    "form feeds": TEXT.replace("\n ", "\n\f").encode(),
    "form feeds at line ends": TEXT.replace("\n ", "\f").encode(),
    "letters and accents apart": unicodedata.normalize("NFD", TEXT).encode(),
    "zero-width characters": TEXT.replace("arbeid", "ar\u200bbe\u200did\ufeff").encode(),
    "bidirectional overrides": TEXT.replace("kabinet", "\u202ekabinet\u202c\u2066").encode(),
    "soft hyphens in words": TEXT.replace("lidstaat", "lid\u00adstaat").encode(),
    "soft hyphens at line ends": TEXT.replace("arbeidsmarkt-\n", "arbeidsmarkt\u00ad\n").encode(),
    "control characters": TEXT.replace("Minister", "Mini\x01ster\x7f").encode(),
    "NULs far inside": (TEXT[:9000] + TEXT[9000:].replace("vragen", "vra\x00gen")).encode(),
    "tabs and double spaces": TEXT.replace(" de ", "\t de  ").encode(),
    "no-break spaces": TEXT.replace(" het ", "\u00a0het\u2009").encode(),
}


@pytest.mark.parametrize("way", SAME)
def test_the_same_paper_comes_out_however_it_is_written(seed: Document, way: str) -> None:
    assert parse(SEED.name, SAME[way]) == seed


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"PK\x03\x04\x14\x00", "a damaged zip file"),
        (b"\x1f\x8b\x08\x00", "a gzip file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office file (DOC, XLS)"),
        (b"{\\rtf1\\ansi", "RTF"),
        (b"\x89PNG\r\n", "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0", "a picture (JPEG)"),
        (b"\x7fELF\x02", "a program"),
        (b"<?xml version='1.0'?><kst/>", "XML with the root <kst>"),
        (b"\n  <!DOCTYPE html><html>", "HTML"),
        ("De vaste commissie".encode("utf-16-le"), "a binary file"),
        (b"De vaste \x00 commissie", "a binary file"),
    ],
)
def test_a_file_of_another_kind_is_named_for_what_it_is(data: bytes, seen: str) -> None:
    with pytest.raises(UnsupportedFormat) as refused:
        parse("kst-1-2.txt", data)
    assert str(refused.value) == (
        f"kst-1-2.txt: {seen} is not a format ragassist reads (TXT). Nothing of it was indexed."
    )


@pytest.mark.parametrize(
    "data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\f\f", "\u200b\u202e\u00ad".encode(), b"\x01\x02"]
)
def test_a_file_without_text_says_so(data: bytes) -> None:
    with pytest.raises(UnreadablePaper) as refused:
        parse("kst-1-2.txt", data)
    assert str(refused.value) == "kst-1-2.txt: the file holds no text. Nothing of it was indexed."


def test_a_file_of_running_footers_only_says_so() -> None:
    with pytest.raises(UnreadablePaper, match=r"^kst-1-2\.txt: .* Nothing of it was indexed\.$"):
        parse("kst-1-2.txt", f"{FOOTER} 1\n\n{FOOTER} 2\n".encode())


# Texts that would take minutes if any step looked back over all that it has read.
LONG = {
    "one paragraph of many lines": "een gewone regel zonder einde die doorgaat en\n" * 8_000,
    "one line": "over de brief over de brief " * 8_000,
    "a commission without end": "vaste commissie voor " * 8_000,
    "abbreviations": "A. " * 60_000,
    "exclamations": "!" * 60_000,
    "hyphens": "a-" * 40_000 + "\nb",
    "a question without end": "VVD\n\n" + "leden vragen " * 15_000,
    "sentences": "VVD\n\n" + "Kan dit? " * 15_000,
}


@pytest.mark.parametrize("kind", LONG)
def test_long_texts_are_read_to_their_end(kind: str) -> None:
    # In about a second each; one that grows with the square of its length would stop the suite here for minutes.
    document = parse("kst-1-2.txt", LONG[kind].encode())
    passages = split(document, find_exchanges(document))
    assert LONG[kind].rstrip()[-1] == passages[-1].text[-1]


def test_more_text_than_a_paper_holds_is_refused() -> None:
    with pytest.raises(UnreadablePaper, match="it holds more than 5 MB of text"):
        parse("kst-1-2.txt", b"tekst\n" * (2**20))


def test_thousands_of_marks_and_of_broken_lines_are_read() -> None:
    marks = "".join(f"Het is zo.{number} Dan dit.\n" for number in range(1, 20_000))
    notes = "".join(f"{number} Kamerstuk {number}.\n" for number in range(1, 1000))
    document = parse("kst-1-2.txt", f"kst-1-2\n{marks}\n\n{notes}".encode())
    parse("kst-1-2.txt", ("kst-1-2\n" + "woord-\n" * 20_000).encode())
    assert len(document.footnotes) == 999
