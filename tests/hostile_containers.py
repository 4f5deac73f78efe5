"""Hostile ODT, DOCX and other zip containers."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping

from hostile_file import SAID, Hostile
from hostile_markup import NO_ENTITIES
from office_files import docx_file, odt_file


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
