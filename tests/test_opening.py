"""Files as they come: encodings, line ends, what cannot be seen, and files that are something else."""

from __future__ import annotations

import io
import unicodedata
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from printed_papers import FOOTER, SEED
from ragassist.document import Document
from ragassist.errors import PaperError, UnreadablePaper, UnsupportedFormat
from ragassist.exchanges import find_exchanges
from ragassist.formats import PARSERS, opening, parse
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


SHEET = b"application/vnd.oasis.opendocument.spreadsheet"


def zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"PK\x03\x04\x14\x00", "a damaged zip file"),
        (b"PK\x05\x06" + bytes(18), "an empty zip file"),
        (zipped({"xl/workbook.xml": b"<workbook/>"}), "a spreadsheet (XLSX)"),
        (zipped({"ppt/presentation.xml": b"<p/>"}), "a presentation (PPTX)"),
        (zipped({"mimetype": b"application/epub+zip"}), "an e-book (EPUB)"),
        (zipped({"mimetype": SHEET, "content.xml": b"<x/>"}), "a spreadsheet (ODS)"),
        (zipped({"photo.jpg": b"\xff\xd8\xff"}), "a zip file"),
        (b"\x1f\x8b\x08\x00", "a gzip file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office file (DOC, XLS)"),
        (b"{\\rtf1\\ansi", "RTF"),
        (b"\x89PNG\r\n", "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0", "a picture (JPEG)"),
        (b"GIF89a", "a picture (GIF)"),
        (b"<?xml version='1.0'?>\n<!-- x --><svg width='1'/>", "a picture (SVG)"),
        (b"\x7fELF\x02", "a program"),
        (b"#!/bin/sh\n", "a script"),
        (b'{\n "dossier": "21501"}', "JSON"),
        (b'[{"dossier": "21501"}]', "JSON"),
        (b"nr;datum;titel\n" * 6, "a table (CSV)"),
        (b"nr,datum,titel\n" * 6, "a table (CSV)"),
        (b"From: <Saved>\r\nMIME-Version: 1.0\r\n", "an e-mail or a saved web page (MHTML)"),
        (b"<?xml version='1.0'?>" + b"<?a?>" * 9000, "XML without a root"),
        (b"<?xml version='1.0'?><kst/>", "XML with the root <kst>"),
        (b"\n  <!DOCTYPE html><html>", "HTML"),
        ("De vaste commissie".encode("utf-16-le"), "a binary file"),
        (b"De vaste \x00 commissie", "a binary file"),
    ],
)
def test_a_file_of_another_kind_is_named_for_what_it_is(data: bytes, seen: str) -> None:
    assert opening.kind_of(data) == seen
    if seen not in PARSERS:
        with pytest.raises(UnsupportedFormat) as refused:
            parse("kst-1-2.txt", data)
        readable = ", ".join(dict.fromkeys(row.label for row in PARSERS.values()))
        assert str(refused.value) == (
            f"kst-1-2.txt: {seen} is not a format ragassist reads ({readable}). Nothing of it was indexed."
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


# Markup: what is declared, what is elsewhere, what is too deep or too long


def text_in(root: etree._Element) -> str:
    return str(etree.tostring(root, method="text", encoding="unicode"))


SAYS_SO = '<?xml version="1.0" encoding="{}"?><a>coördinatie – €5</a>'


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("UTF-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("ISO-8859-1", "cp1252"),
        ("ISO-8859-1", "utf-8"),
        ("windows-1252", "cp1252"),
        ("UTF-16", "utf-16"),
        ("UTF-16", "utf-16-be"),
        ("UTF-16", "utf-16-le"),
        ("UTF-8", "utf-32"),
        ("UTF-7", "utf-8"),
        ("unicode_escape", "utf-8"),
        ("no-such-thing", "cp1252"),
    ],
)
def test_xml_is_read_as_it_is_written_whatever_it_declares(declared: str, written: str) -> None:
    data = SAYS_SO.format(declared).encode(written)
    assert opening.xml_root("a.xml", data).text == "coördinatie – €5"
    assert opening.kind_of(data) == "XML with the root <a>"


def test_an_encoding_that_hides_markup_is_not_undone() -> None:
    root = opening.xml_root("a.xml", b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-b/+AD4-</a>')
    assert root.text == "+ADw-b/+AD4-"
    page = opening.html_root("a.html", b'<meta charset="utf-7"><p>+ADw-script+AD4-</p>')
    assert text_in(page) == "+ADw-script+AD4-"


ENTITY = "it declares entities, which no Kamerstuk does."
NESTED: dict[str, str] = {
    "in turn": '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)),
    "one long": f'<!ENTITY a9 "{"a" * 100_000}">',
}


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', ENTITY),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>nothing of it</a>', ENTITY),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', ENTITY),
        ('<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><a/>', ENTITY),
        *((f"<!DOCTYPE a [{entities}]><a>{'&a9;' * 9000}</a>", ENTITY) for entities in NESTED.values()),
        *((f'<!DOCTYPE a [{entities}]><a b="{"&a9;" * 9000}"/>', ENTITY) for entities in NESTED.values()),
        ('<!DOCTYPE a SYSTEM "elsewhere.dtd"><a>b&nbsp;c</a>', "it does not say what &nbsp; stands for."),
        ("<a>" * 300 + "</a>" * 300, "it is nested more than 256 levels deep."),
        (f"<a>{'x' * 11_000_000}</a>", "one piece of it is longer than 10 MB."),
        (f'<a b="{"x" * 11_000_000}"/>', "one piece of it is longer than 10 MB."),
        ("<a><b></a>", "it is no well-formed XML ("),
        (f"<a><{'b' * 40_000}></a>", "it is no well-formed XML ("),
        ("", "it is no well-formed XML ("),
    ],
    ids=lambda part: part[:40],
)
def test_xml_that_asks_for_more_than_it_holds_is_refused(markup: str, why: str) -> None:
    with pytest.raises(UnreadablePaper) as refused:
        opening.xml_root("a.xml", markup.encode())
    assert str(refused.value).startswith(f"a.xml: {why}")
    assert len(str(refused.value)) < 400
    assert str(refused.value).isprintable()


def test_a_dtd_elsewhere_is_passed_by_and_a_harmless_one_inside_too() -> None:
    assert opening.xml_root("a.xml", b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a>b</a>').text == "b"
    inside = opening.xml_root("a.xml", b'<!DOCTYPE a [<!ELEMENT a ANY><!ATTLIST a b CDATA "c">]><a>b</a>')
    assert inside.text == "b"
    assert inside.attrib.keys() == []


def test_comments_instructions_and_what_cannot_be_seen_leave_the_text_whole() -> None:
    markup = "ï»¿ \n<a>ar<!-- x -->be<?page 2?>id\u202e &lt;\u200b&#x202E;</a>"
    assert opening.xml_root("a.xml", markup.encode()).text == "arbeid <\u202e"


@pytest.mark.parametrize("taken_for", ["latin-1", "cp1252"])
def test_what_was_encoded_twice_is_known_and_decoded_twice(taken_for: str) -> None:
    markup = '\ufeff\n<?xml version="1.0"?><officiele-publicatie>Eén «coördinatie» – €</officiele-publicatie>'
    data = markup.encode().decode(taken_for).encode()
    assert data.startswith("ï»¿".encode())
    assert opening.kind_of(data) == "official XML"
    assert opening.xml_root("a.xml", data).text == "Eén «coördinatie» – €"
    assert opening.text_of(data) == markup.removeprefix("\ufeff")


@pytest.mark.parametrize("depth", [3000, 100_000])
def test_a_page_is_read_whole_or_not_at_all(depth: int) -> None:
    page = opening.html_root("a.html", ("<div>" * 400 + "laatste" + "</div>" * 400 + "einde").encode())
    assert text_in(page) == "laatsteeinde"
    long = opening.html_root("a.html", b"<p>" + b"x" * 11_000_000 + b" einde</p>")
    assert text_in(long).endswith(" einde")
    with pytest.raises(UnreadablePaper, match=r"^a\.html: its elements stand more than 2000 deep in one another"):
        opening.html_root("a.html", ("<div>" * depth + "laatste").encode())


# Zip containers

WANTED = ("content.xml", "styles.xml")


def tampered(data: bytes, field: int, value: int, *, width: int = 4) -> bytes:
    """A container with another value in its first directory entry, `field` bytes into it."""
    at = data.index(b"PK\x01\x02") + field
    return data[:at] + value.to_bytes(width, "little") + data[at + width :]


def twice(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as container:
        container.writestr(name, b"<a/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            container.writestr(name, b"<b/>")
    return file.getvalue()


def overlapping() -> bytes:
    """Ninety entries that all unpack the same bytes."""
    data = zipped({"content.xml": bytes(1_000_000)})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[start:end]
    entries = b"".join(entry.replace(b"content.xml", b"content%04d" % number) for number in range(90))
    tail = bytearray(data[end:])
    tail[8:10] = tail[10:12] = (91).to_bytes(2, "little")
    tail[12:16] = (len(entry) + len(entries)).to_bytes(4, "little")
    return data[:start] + entry + entries + bytes(tail)


SOUND = zipped({"content.xml": b"<a/>" * 1000, "styles.xml": b"<b/>"})


def test_only_what_is_wanted_is_unpacked() -> None:
    parts = zipped({"../../content.xml": b"1", "/etc/passwd": b"2", "C:\\x": b"3", "content.xml": b"4"})
    assert opening.zip_parts("a.odt", parts, WANTED) == {"content.xml": b"4"}
    assert list(opening.zip_parts("a.odt", SOUND, WANTED)) == ["content.xml", "styles.xml"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (
            zipped({"content.xml": bytes(2**21)}),
            "it is a zip file in which content.xml unpacks to more than 200 times its size.",
        ),
        (overlapping(), "it is a zip file whose parts overlap."),
        (zipped({f"{number}.xml": b"" for number in range(2001)}), "it is a zip file of more than 2,000 parts."),
        (twice("content.xml"), "it is a zip file in which two parts have one name."),
        (tampered(SOUND, 8, 1, width=2), "it is a zip file in which content.xml is locked with a password."),
        (
            tampered(SOUND, 10, 14, width=2),
            "it is a zip file in which content.xml is packed in a way that no word processor uses.",
        ),
        (tampered(SOUND, 16, 7), "it is a damaged zip file."),
        (tampered(SOUND, 42, 2**31), "it is a zip file whose parts overlap."),
        (tampered(SOUND, 20, 2**31), "it is a zip file whose parts overlap."),
        (SOUND[:-30], "it is a damaged zip file."),
        (b"PK\x03\x04", "it is a damaged zip file."),
        (
            zipped({"content.xml": b"<a/>", "META-INF/manifest.xml": b"<encryption-data/>"}),
            "it is a document that is locked with a password.",
        ),
    ],
)
def test_a_container_that_is_not_what_it_says_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(UnreadablePaper) as refused:
        opening.zip_parts("a.odt", data, WANTED)
    assert str(refused.value) == f"a.odt: {why} Nothing of it was indexed."


def test_parts_are_counted_as_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LARGEST_PARTS", 4001)
    with pytest.raises(UnreadablePaper, match=r"in which styles\.xml unpacks to more than 0 MB"):
        opening.zip_parts("a.odt", SOUND, WANTED)
    monkeypatch.setattr(opening, "LARGEST_PART", 3999)
    with pytest.raises(UnreadablePaper, match=r"in which content\.xml unpacks to more than 0 MB"):
        opening.zip_parts("a.odt", SOUND, WANTED)


# Beginnings on which a pattern that looks at them in several ways would take hours.
PUZZLES = {
    "instructions": "<?xml?>" + "<?a?>" * 20_000,
    "comments": "<?xml?>" + "<!-- a -->" * 10_000,
    "a doctype without end": "<!doctype " + " " * 99_000,
    "brackets": "<!doctype a [" + "] " * 49_000,
    "links": "<html><link " + "canonical " * 9_900,
    "quotes": "<html " + 'class="' * 14_000,
    "classes": '<html class="' + "kamervraag " * 9_000,
    "meta": "<html>" + "<meta " * 16_000 + "<meta charset=",
    "semicolons": ";" * 100_000,
    "lines": "a,b,c\n" * 4 + "a," * 50_000,
    "braces": "[ {" * 30_000,
    "mail": "\n" * 100_000,
}


@pytest.mark.parametrize("puzzle", PUZZLES)
def test_a_kind_is_told_at_once(puzzle: str) -> None:
    # In milliseconds; what grows with the square of the length would stop the suite here for minutes.
    assert opening.kind_of(PUZZLES[puzzle].encode())


STARTS = [
    b"",
    *opening.SIGNATURES,
    *opening.BOMS,
    b"<?xml version='1.0'?>",
    b"<officiele-publicatie>",
    b"<html>",
    SOUND,
]


@settings(max_examples=500)
@given(st.sampled_from(STARTS), st.binary(max_size=300))
def test_any_bytes_are_of_some_kind_and_read_or_refused(start: bytes, rest: bytes) -> None:
    data = start + rest
    assert opening.kind_of(data)
    assert not opening.INVISIBLE.search(opening.text_of(data))
    try:
        said = " ".join(paragraph.text for paragraph in parse("kst-1-2.txt", data).paragraphs)
    except PaperError as error:
        said = str(error)
    assert said
    assert not opening.INVISIBLE.search(said)
