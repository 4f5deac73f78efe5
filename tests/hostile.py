"""Files that mean harm or come out of an accident, each made by a few lines: nothing of them is stored.

`files` gives them all. Each is refused with a sentence that holds `refused`, or read as a paper that holds `reads`;
either way it stays within the box's limits, reads and writes nothing elsewhere and leaves no process behind.
"""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from office_files import docx_file, odt_file
from ragassist.sandbox import Limits

SECRET = "known-to-this-machine-only"  # noqa: S105  # it opens nothing
SAID = "Dat wil het kabinet."
USUAL = Limits()
TIGHT = Limits(memory=150 * 2**20, processor=2, wall=3)  # what fills memory or never ends shows it sooner


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file, and what becomes of it.

    refused: part of the sentence; reads: part of the text. With both empty, either will do.
    """

    make: Callable[[], bytes]
    refused: str = ""
    reads: str = ""
    limits: Limits = USUAL


def files(url: str, secret: str) -> dict[str, Hostile]:
    """All of them, by the name that the file goes by.

    url: an address of this machine that would notice a visitor. secret: the path of a file that holds SECRET.
    """
    return {**xml(url, secret), **html(url, secret), **containers(url, secret), **pdf(url, secret), **text()}


# XML

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
NO_ENTITIES = "it declares entities, which no Kamerstuk does."
LAUGHS = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


def paper(body: str, *, before: str = "", head: str = HEAD) -> bytes:
    """An official paper with this in its body, and this before its root."""
    return (
        f"{head}{before}<officiele-publicatie><kamerstuk><dossier><dossiernummer><dossiernr>99 001</dossiernr>"
        f"</dossiernummer><titel>Regels</titel></dossier><stuk><stuknr>Nr. <ondernummer>7</ondernummer></stuknr>"
        f"<titel>BRIEF</titel><algemeen><vrije-tekst><tekst>{body}<al>{SAID}</al></tekst></vrije-tekst></algemeen></stuk>"
        f"</kamerstuk></officiele-publicatie>"
    ).encode()


def xml(url: str, secret: str) -> dict[str, Hostile]:
    outside = {"file": f"file://{secret}", "http": f"{url}/entity", "ftp": url.replace("http", "ftp")}
    entities = {
        f"entity-{way}.xml": Hostile(
            lambda where=where: paper("<al>&x;</al>", before=f'<!DOCTYPE a [<!ENTITY x SYSTEM "{where}">]>'),  # type: ignore[misc]
            NO_ENTITIES,
        )
        for way, where in outside.items()
    }
    table = '<table><tgroup cols="{0}"><tbody>{1}</tbody></tgroup></table>'
    row = "<row><entry><al>cel</al></entry></row>"
    return entities | {
        "laughs.xml": Hostile(lambda: paper("<al>&a9;</al>", before=f"<!DOCTYPE a [{LAUGHS}]>"), NO_ENTITIES),
        "laughs-in-attribute.xml": Hostile(
            lambda: paper('<al id="&a9;">x</al>', before=f"<!DOCTYPE a [{LAUGHS}]>"), NO_ENTITIES
        ),
        "quadratic.xml": Hostile(
            lambda: paper("<al>&q;</al>" * 9000, before=f'<!DOCTYPE a [<!ENTITY q "{"q" * 50_000}">]>'), NO_ENTITIES
        ),
        "entity-in-circle.xml": Hostile(
            lambda: paper("<al>&x;</al>", before='<!DOCTYPE a [<!ENTITY x "&y;"><!ENTITY y "&x;">]>'), "it "
        ),
        "parameter-entity.xml": Hostile(
            lambda: paper("", before=f'<!DOCTYPE a [<!ENTITY % x SYSTEM "{url}/dtd"> %x;]>'), NO_ENTITIES
        ),
        "dtd-elsewhere.xml": Hostile(
            lambda: paper("<al>zonder</al>", before=f'<!DOCTYPE a SYSTEM "{url}/a.dtd">'), reads=SAID
        ),
        "entity-from-dtd-elsewhere.xml": Hostile(
            lambda: paper("<al>a&nbsp;b</al>", before=f'<!DOCTYPE a PUBLIC "x" "{url}/a.dtd">'),
            "it does not say what &nbsp; stands for.",
        ),
        "stylesheet.xml": Hostile(
            lambda: paper("", before=f'<?xml-stylesheet href="{url}/a.xsl" type="text/xsl"?>'), reads=SAID
        ),
        "xinclude.xml": Hostile(
            lambda: paper(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret}" parse="text"/>'),
            reads=SAID,
        ),
        "nested-100000.xml": Hostile(
            lambda: paper("<al>" * 100_000 + "</al>" * 100_000), "it is nested more than 256 levels deep."
        ),
        "nested-200.xml": Hostile(lambda: paper("<lijst><li>" * 100 + "x" + "</li></lijst>" * 100), reads=SAID),
        "attribute-of-11-MB.xml": Hostile(lambda: paper(f'<al id="{"x" * 11_000_000}"/>'), "is longer than 10 MB"),
        "text-of-11-MB.xml": Hostile(lambda: paper(f"<al>{'x' * 11_000_000}</al>"), "is longer than 10 MB"),
        "name-of-60-kB.xml": Hostile(lambda: paper(f"<{'a' * 60_000}/>"), "it is no well-formed XML"),
        "100000-attributes.xml": Hostile(
            lambda: paper("<al {}>x</al>".format(" ".join(f"a{number}='x'" for number in range(100_000)))), ""
        ),
        "one-paragraph-of-50000-elements.xml": Hostile(lambda: paper(f"<al>{'<nadruk>a</nadruk>' * 50_000}</al>"), ""),
        "million-paragraphs.xml": Hostile(lambda: paper("<al>a</al>" * 1_000_000), "it has more than 400,000 elements"),
        "table-of-10000-columns.xml": Hostile(
            lambda: paper(table.format(10_000, f"<row>{'<entry><al>c</al></entry>' * 10_000}</row>" * 3)), reads=SAID
        ),
        "table-of-1e9-columns.xml": Hostile(lambda: paper(table.format(10**9, row)), reads=SAID),
        "span-of-1e9.xml": Hostile(
            lambda: paper(
                table.format(
                    2,
                    '<row><entry namest="col1" nameend="col1000000000" morerows="1000000000"><al>c</al></entry></row>',
                )
            ),
            reads=SAID,
        ),
        "not-utf-8.xml": Hostile(
            lambda: paper("<al>co\u00f6rdinatie</al>").replace(b"\xc3\xb6", b"\xf6"), reads="coördinatie"
        ),
        "utf-16.xml": Hostile(lambda: paper("", head="").decode().encode("utf-16"), reads=SAID),
        "utf-16-not-said.xml": Hostile(
            lambda: paper("", head=HEAD.replace("UTF-8", "UTF-16")).decode().encode("utf-16-le"), reads=SAID
        ),
        "utf-32.xml": Hostile(lambda: paper("").decode().encode("utf-32"), reads=SAID),
        "utf-7.xml": Hostile(
            lambda: paper("<al>+ADw-script+AD4-</al>", head=HEAD.replace("UTF-8", "UTF-7")), reads="+ADw-script+AD4-"
        ),
        "ebcdic.xml": Hostile(lambda: paper("", head=HEAD.replace("UTF-8", "cp037")).decode().encode("cp037"), ""),
        "encoding-unknown.xml": Hostile(lambda: paper("", head=HEAD.replace("UTF-8", "x-nothing")), reads=SAID),
        "nul-and-bidi.xml": Hostile(
            lambda: paper("<al>bestand\u202etxt.exe\u200b\ufeff</al>").replace(b"bestand", b"be\x00stand"),
            reads="bestandtxt.exe",
        ),
        "cut-off.xml": Hostile(lambda: paper("")[:-30], "it is no well-formed XML"),
        "no-text.xml": Hostile(
            lambda: b"<officiele-publicatie><kamerstuk/></officiele-publicatie>", "it holds no text."
        ),
        "instructions.xml": Hostile(lambda: b"<?xml version='1.0'?>" + b"<?a?>" * 100_000 + b"x", "XML without a root"),
        "other-root.xml": Hostile(f"{HEAD}<{'x' * 5000}/>".encode, "XML with the root <xxx"),
    }


# HTML


def page(body: str, head: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><html><head>{head}<title>Brief</title></head><body>{body}<p>{SAID}</p></body></html>".encode()
    )


def html(url: str, secret: str) -> dict[str, Hostile]:
    return {
        "nested-100000.html": Hostile(
            lambda: page("<div>" * 100_000 + "x" + "</div>" * 100_000), "deep in one another, which no page's do."
        ),
        "nested-1500.html": Hostile(lambda: page("<div>" * 1500 + "<p>diep</p>" + "</div>" * 1500), reads="diep"),
        "lists-1000-deep.html": Hostile(lambda: page("<ul><li>a" * 900 + "</li></ul>" * 900), reads=SAID),
        "tables-500-deep.html": Hostile(lambda: page("<table><tr><td>a" * 480 + "</table>" * 480), reads=SAID),
        "text-of-11-MB.html": Hostile(lambda: page(f"<p>{'w' * 11_000_000}</p>"), reads=SAID),
        "hidden.html": Hostile(
            lambda: page('<p style="display:none">verborgen</p><p style="color:#fff;font-size:0">wit</p>'), reads=SAID
        ),
        "rowspan-1e9.html": Hostile(
            lambda: page('<table><tr><td rowspan="1000000000">a</td></tr><tr><td>b</td></tr></table>'), reads=SAID
        ),
        "colspan-1e9.html": Hostile(
            lambda: page('<table><tr><td colspan="1000000000">a</td><td>b</td></tr></table>'), reads=SAID
        ),
        "spans-everywhere.html": Hostile(
            lambda: page(f"<table>{('<tr>' + '<td rowspan=1000 colspan=1000>a</td>' * 50 + '</tr>') * 50}</table>"),
            reads=SAID,
        ),
        "table-of-10000-columns.html": Hostile(
            lambda: page(f"<table>{('<tr>' + '<td>c</td>' * 10_000 + '</tr>') * 3}</table>"), reads=SAID
        ),
        "list-from-1e18.html": Hostile(
            lambda: page('<ol start="1000000000000000000"><li>a</li></ol><ol start="-5" type="i"><li>b</li></ol>'),
            reads=SAID,
        ),
        "roman-list-from-1e9.html": Hostile(
            lambda: page(
                '<ol type="I" start="1000000000"><li>a</li></ol><ol type="a" start="99999999"><li>b</li></ol>'
            ),
            reads=SAID,
        ),
        "scripts.html": Hostile(
            lambda: page(
                f'<script src="{url}/x.js">alert(1)</script><img src="{url}/x.png" onerror="alert(1)">'
                f'<iframe src="file://{secret}"></iframe><object data="{url}/x"></object>',
                f'<base href="{url}/"><link rel="stylesheet" href="x.css">'
                f'<meta http-equiv="refresh" content="0;{url}/r">',
            ),
            reads=SAID,
        ),
        "markup-in-text.html": Hostile(
            lambda: page("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"), reads="<script>alert(1)</script>"
        ),
        "never-closed.html": Hostile(lambda: page("<b><i><p>" * 400 + "x"), ""),
        "links-without-end.html": Hostile(lambda: b"<html><link " + b"canonical " * 100_000, ""),
        "attribute-of-1-MB.html": Hostile(lambda: page(f'<p class="{"kamervraag " * 90_000}">x</p>'), ""),
        "notes-in-circle.html": Hostile(
            lambda: page('<p>a<sup><a href="#n1" id="n1">1</a></sup></p><p id="n1"><a href="#n1">1</a> noot</p>'),
            reads="a",
        ),
        "nul-and-bidi.html": Hostile(lambda: page("<p>be\x00stand\u202etxt.exe</p>"), reads="bestandtxt.exe"),
        "million-tags.html": Hostile(lambda: page("<br>" * 1_000_000), "it has more than 400,000 elements"),
        "empty.html": Hostile(lambda: b"<html></html>", "Nothing of it was indexed."),
    }


# ODT, DOCX, other containers


def zipped(
    parts: Mapping[str, bytes | str] | Iterable[tuple[str, bytes]], packing: int = zipfile.ZIP_DEFLATED
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as container:
        for name, content in parts.items() if isinstance(parts, Mapping) else parts:
            container.writestr(name, content)
    return file.getvalue()


def overlapping() -> bytes:
    """A thousand entries that all unpack the same bytes."""
    data = zipped({"content.xml": bytes(2_000_000)})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[start:end]
    entries = entry + b"".join(entry.replace(b"content.xml", b"content%04d" % number) for number in range(999))
    return data[:start] + entries + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1000, 1000, len(entries), start, 0)


def many_entries() -> bytes:
    """A directory of half a million entries, of which its end mentions one."""
    data = zipped({"a": b""})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = data[start:end] * 500_000
    return data[:start] + entries + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(entries), start, 0)


def changed(data: bytes, field: int, value: bytes) -> bytes:
    """A container with other bytes in its first directory entry."""
    at = data.index(b"PK\x01\x02") + field
    return data[:at] + value + data[at + len(value) :]


def odt(body: str, **parts: str) -> bytes:
    return odt_file(f"{body}<text:p>{SAID}</text:p>", **parts)


def docx(body: str, **parts: str) -> bytes:
    return docx_file(f"{body}<w:p><w:r><w:t>{SAID}</w:t></w:r></w:p>", **parts)


CELL = "<table:table-cell><text:p>a</text:p></table:table-cell>"
CELLS = CELL.replace("cell>", 'cell table:number-columns-repeated="1000000000">', 1)
ROW = "<table:table><table:table-row>{}</table:table-row></table:table>"


def containers(url: str, secret: str) -> dict[str, Hostile]:
    word = '<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>'
    based = '<w:style w:type="paragraph" w:styleId="{}"><w:basedOn w:val="{}"/></w:style>'
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1000000000000000000"/>'
        '<w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1%2%9"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    main = zipfile.ZipFile(io.BytesIO(docx(""))).read("word/document.xml")
    external = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret}">]><a>&x;</a>'
    return {
        "bomb.odt": Hostile(lambda: zipped({"content.xml": bytes(40 * 2**20)}), "200 times its size"),
        "bomb.docx": Hostile(lambda: zipped({"word/document.xml": bytes(100 * 2**20)}), "200 times its size"),
        "bomb-stored.docx": Hostile(
            lambda: zipped({"word/document.xml": bytes(40 * 2**20)}, zipfile.ZIP_STORED), "unpacks to more than 32 MB"
        ),
        "overlapping.odt": Hostile(overlapping, "a zip file whose parts overlap"),
        "500000-parts.odt": Hostile(many_entries, "a zip file of more than 2,000 parts"),
        "3000-parts.odt": Hostile(
            lambda: zipped([(f"{number}.xml", b"") for number in range(3000)]), "a zip file of more than 2,000 parts"
        ),
        "lzma.odt": Hostile(
            lambda: zipped({"content.xml": bytes(2**20)}, zipfile.ZIP_LZMA), "in a way that no word processor uses"
        ),
        "size-that-lies.odt": Hostile(lambda: changed(odt(""), 24, b"\x01\0\0\0"), ""),
        "locked.docx": Hostile(lambda: changed(docx(""), 8, b"\x01"), "is locked with a password"),
        "locked.odt": Hostile(
            lambda: zipped({"content.xml": "x", "META-INF/manifest.xml": "<m><encryption-data/></m>"}),
            "a document that is locked with a password",
        ),
        "names.docx": Hostile(
            lambda: zipped(
                {"word/document.xml": main}
                | dict.fromkeys(("../../escaped", f"{secret}.escaped", "C:\\escaped", "..\\escaped", "a\x00b"), b"x")
            ),
            reads=SAID,
        ),
        "zip-in-zip.docx": Hostile(
            lambda: zipped({"word/document.xml": zipped({"word/document.xml": "x"})}), "it is no well-formed XML"
        ),
        "entities.odt": Hostile(lambda: zipped({"content.xml": external}), NO_ENTITIES),
        "entities.docx": Hostile(lambda: zipped({"word/document.xml": external}), NO_ENTITIES),
        "cells-1e9.odt": Hostile(
            lambda: odt(f"<table:table><table:table-row>{CELLS}</table:table-row></table:table>"),
            reads=SAID,
        ),
        "rows-1e9.odt": Hostile(
            lambda: odt(
                '<table:table><table:table-row table:number-rows-repeated="1000000000">'
                f"{CELL}</table:table-row></table:table>"
            ),
            reads=SAID,
        ),
        "spaces-1e9.odt": Hostile(lambda: odt('<text:p>a<text:s text:c="1000000000"/>b</text:p>'), reads=SAID),
        "lists-100-deep.odt": Hostile(
            lambda: odt(
                "<text:list><text:list-item>" * 100 + "<text:p>a</text:p>" + "</text:list-item></text:list>" * 100
            ),
            reads=SAID,
        ),
        "lists-1000-deep.odt": Hostile(
            lambda: odt("<text:list><text:list-item>" * 1000 + "</text:list-item></text:list>" * 1000),
            "it is nested more than 256 levels deep.",
        ),
        "list-from-1e18.odt": Hostile(
            lambda: odt(
                '<text:list><text:list-item text:start-value="1000000000000000000"><text:p>a</text:p>'
                "</text:list-item></text:list>"
            ),
            reads=SAID,
        ),
        "styles-in-circle.odt": Hostile(
            lambda: odt(
                '<text:p text:style-name="A">a</text:p>',
                styles='<style:style style:name="A" style:family="paragraph" style:parent-style-name="B"/>'
                '<style:style style:name="B" style:family="paragraph" style:parent-style-name="A"/>',
            ),
            reads=SAID,
        ),
        "styles-in-circle.docx": Hostile(
            lambda: docx(word, styles=based.format("A", "B") + based.format("B", "A")), reads=SAID
        ),
        "span-1e9.docx": Hostile(
            lambda: docx(
                '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr>'
                "<w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
            ),
            reads=SAID,
        ),
        "numbers-1e18.docx": Hostile(
            lambda: docx(
                '<w:p><w:pPr><w:numPr><w:ilvl w:val="99999"/><w:numId w:val="1"/></w:numPr></w:pPr>'
                "<w:r><w:t>a</w:t></w:r></w:p>",
                numbering=numbering,
            ),
            reads=SAID,
        ),
        "link-outside.docx": Hostile(
            lambda: zipped(
                {
                    "word/document.xml": main.decode(),
                    "word/_rels/document.xml.rels": "<Relationships><Relationship Id='r1' TargetMode='External' "
                    f"Target='{url}/t'/></Relationships>",
                }
            ),
            reads=SAID,
        ),
        "empty.zip": Hostile(lambda: zipped({}), "an empty zip file"),
        "cut-off.docx": Hostile(lambda: docx("")[:-40], "a damaged zip file"),
        "sheet.docx": Hostile(lambda: zipped({"xl/workbook.xml": "<a/>"}), "a spreadsheet (XLSX)"),
    }


# PDF


def printed(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    file, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(
        file + b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, start)
    )


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def flated(content: bytes, entries: bytes = b"") -> bytes:
    return stream(zlib.compress(content, 9), entries + b"/Filter/FlateDecode")


CATALOGUE, PAGES = b"<</Type/Catalog/Pages 2 0 R%s>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    b"/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>%s>>"
)
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
SHOWN = b"BT /F 12 Tf 72 700 Td (%s) Tj ET\n" % SAID.encode()


def one_page(contents: bytes, *, catalogue: bytes = b"", entries: bytes = b"", form: bytes = b"null") -> bytes:
    return printed(CATALOGUE % catalogue, PAGES, PAGE % entries, contents, FONT, form)


def pdf(url: str, secret: str) -> dict[str, Hostile]:
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"
    uri = f"<</S/URI/URI({url}/pdf)>>".encode()
    launch = f"<</S/Launch/F({secret})>>".encode()
    return {
        "draws-itself.pdf": Hostile(
            lambda: one_page(stream(b"/X Do " * 20), form=stream(b"/X Do " * 20, form)), "", limits=TIGHT
        ),
        "flate-200-MB.pdf": Hostile(lambda: one_page(flated(b" " * 200_000_000 + SHOWN)), "", limits=TIGHT),
        "flate-in-flate.pdf": Hostile(
            lambda: one_page(
                stream(zlib.compress(zlib.compress(bytes(100_000_000), 9), 9), b"/Filter[/FlateDecode/FlateDecode]")
            ),
            "",
            limits=TIGHT,
        ),
        "million-texts.pdf": Hostile(
            lambda: one_page(flated(SHOWN + b"BT /F 1 Tf (a) Tj ET " * 1_000_000)), "", limits=TIGHT
        ),
        "pages-in-circle.pdf": Hostile(
            lambda: printed(CATALOGUE % b"", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"), "Nothing of it was indexed."
        ),
        "count-1e9.pdf": Hostile(
            lambda: printed(
                CATALOGUE % b"", PAGES.replace(b"Count 1", b"Count 999999999"), PAGE % b"", stream(SHOWN), FONT
            ),
            "",
        ),
        "5000-pages.pdf": Hostile(
            lambda: printed(
                CATALOGUE % b"",
                b"<</Type/Pages/Kids[%s]/Count 5000>>" % (b"3 0 R " * 5000),
                PAGE % b"",
                stream(SHOWN),
                FONT,
            ),
            "it has more than 2000 pages.",
        ),
        "objects-in-streams.pdf": Hostile(
            lambda: (
                one_page(stream(SHOWN))
                + b"\n9 0 obj\n"
                + flated(bytes(200_000_000), b"/Type/ObjStm/N 99999999/First 9")
                + b"\nendobj"
            ),
            "",
        ),
        "cut-off.pdf": Hostile(lambda: one_page(stream(SHOWN))[:300], "Nothing of it was indexed."),
        "locked.pdf": Hostile(
            lambda: printed(
                CATALOGUE % b"",
                PAGES,
                PAGE % b"",
                stream(SHOWN),
                FONT,
                trailer=b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -1"
                b"/O<%s>/U<%s>>>" % (b"00" * 32, b"11" * 32),
            ),
            "locked with a password",
        ),
        "wrong-xref.pdf": Hostile(lambda: one_page(stream(SHOWN)).replace(b"startxref\n", b"startxref\n9"), reads=SAID),
        "xref-in-circle.pdf": Hostile(lambda: one_page(stream(SHOWN)).replace(b"trailer<<", b"trailer<</Prev 9"), ""),
        "script.pdf": Hostile(
            lambda: one_page(stream(SHOWN), catalogue=b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"), reads=SAID
        ),
        "launch.pdf": Hostile(
            lambda: one_page(stream(SHOWN), catalogue=b"/OpenAction" + launch, entries=b"/AA<</O" + uri + b">>"),
            reads=SAID,
        ),
        "no-text.pdf": Hostile(lambda: one_page(stream(b"0 0 100 100 re f")), "hold no text, only pictures (a scan?)"),
        "page-of-1e9-points.pdf": Hostile(lambda: one_page(stream(SHOWN)).replace(b"595 842", b"1e9 1e9"), ""),
        "text-of-size-0.pdf": Hostile(lambda: one_page(stream(SHOWN.replace(b"/F 12", b"/F 0"))), ""),
        "kids-are-numbers.pdf": Hostile(
            lambda: printed(CATALOGUE % b"", b"<</Type/Pages/Kids[1 2 3]/Count 3>>"), "Nothing of it was indexed."
        ),
        "nested-arrays.pdf": Hostile(lambda: one_page(stream(b"[" * 1_000_000)), "Nothing of it was indexed."),
        "not-one.pdf": Hostile(lambda: b"%PDF-1.7\n" + bytes(range(256)) * 100, "it is a damaged PDF."),
    }


# Plain text, and what is none


def text() -> dict[str, Hostile]:
    plain = f"De leden vragen dit.\n\n{SAID}\n"
    return {
        "bidi-and-zero-width.txt": Hostile(
            f"bestand\u202etxt.exe\u2066 a\u200bb\ufeff.\n\n{SAID}".encode, reads="bestandtxt.exe ab"
        ),
        "nul-far-in.txt": Hostile((plain * 300 + "vra\x00gen.\n").encode, reads="vragen"),
        "one-line-of-4-MB.txt": Hostile(lambda: b"woord " * 700_000, reads="woord woord"),
        "one-word-of-4-MB.txt": Hostile(lambda: b"w" * 4_000_000, reads="w" * 1000),
        "million-lines.txt": Hostile(lambda: b"a\n\n" * 1_000_000, "more than 100,000 lines of text"),
        "million-form-feeds.txt": Hostile(lambda: plain.encode() + b"\x0c" * 1_000_000, reads=SAID),
        "accents-without-end.txt": Hostile(("e" + "\u0301" * 1_000_000 + plain).encode, ""),
        "6-MB.txt": Hostile(lambda: plain.encode() * 200_000, "more than 5 MB of text"),
        "terminal.txt": Hostile(f"\x1b]0;titel\x07\x1b[2J{plain}".encode, reads=SAID),
        "empty.txt": Hostile(lambda: b"", "the file holds no text."),
        "spaces.txt": Hostile(lambda: b" " * 4_000_000, "the file holds no text."),
        "random.xml": Hostile(lambda: zlib.compress(b"x" * 99), ""),
        "zeros.xml": Hostile(lambda: bytes(1000), "a binary file is not"),
        "gzip.xml": Hostile(lambda: gzip.compress(paper("")), "a gzip file is not"),
        "gzip-bomb.xml": Hostile(lambda: gzip.compress(bytes(5_000_000)), "a gzip file is not"),
        "program.pdf": Hostile(lambda: b"MZ\x90\x00" + bytes(100), "a program is not"),
        "old-word.docx": Hostile(
            lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Office file (DOC, XLS) is not"
        ),
        "rtf.docx": Hostile(lambda: b"{\\rtf1{\\object\\objdata 0105}}", "RTF is not"),
        "json.txt": Hostile(lambda: b'{"a": ' + b"[" * 100_000, "JSON is not"),
        "pdf-and-html": Hostile(lambda: one_page(stream(SHOWN)) + page(""), reads=SAID),
        "html-and-pdf": Hostile(lambda: b"<html><!-- " + one_page(stream(SHOWN)) + b" -->" + page(""), reads=SAID),
        "pdf-and-zip": Hostile(lambda: one_page(stream(SHOWN)) + zipped({"word/document.xml": "x"}), reads=SAID),
        "zip-and-html": Hostile(lambda: docx("") + page("<p>ook dit</p>"), ""),
        "xml-and-zip": Hostile(lambda: paper("") + docx(""), "it is no well-formed XML"),
        "picture.svg": Hostile(
            lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a picture (SVG)"
        ),
    }
