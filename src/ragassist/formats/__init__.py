"""Bytes -> Document: one row in PARSERS for each dialect, chosen by what the file holds, never by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from ragassist.document import Document
from ragassist.errors import UnsupportedFormat
from ragassist.formats.html import any_html, op_html, tk_html
from ragassist.formats.office import docx, odt
from ragassist.formats.opening import kind_of
from ragassist.formats.prints import pdf, txt
from ragassist.formats.xml import op_xml, vlos

PARSER_VERSION = 9  # part of the key under which parsed work is reused: raise it when any parser gives another result


UNKNOWN_KIND = "It does not say what kind of paper it is; where it marks no questions it was read by its headings."


class Parser(NamedTuple):
    """One dialect.

    label: what users call the format. parse: file name (a label only) and bytes -> Document. richness: how much it
    tells of a paper; of two files of one paper the richer is read. suffix: of a file that holds it.
    """

    label: str
    parse: Callable[[str, bytes], Document]
    richness: int = 0
    suffix: str = ".txt"


# The official XML says what each part of a paper is; formats that were made from it say less and less of that. A PDF
# has only the print, with its pages, and comes before pages of other sites, which hold much that is not the paper.
PARSERS: dict[str, Parser] = {
    "official XML": Parser("XML", op_xml.parse, richness=9, suffix=".xml"),
    "VLOS XML": Parser("VLOS XML", vlos.parse, richness=9, suffix=".xml"),
    "official HTML": Parser("HTML", op_html.parse, richness=8, suffix=".html"),
    "Tweede Kamer HTML": Parser("HTML", tk_html.parse, richness=4, suffix=".html"),
    "HTML": Parser("HTML", any_html.parse, richness=2, suffix=".html"),
    "ODT": Parser("ODT", odt.parse, richness=6, suffix=".odt"),
    "DOCX": Parser("DOCX", docx.parse, richness=5, suffix=".docx"),
    "PDF": Parser("PDF", pdf.parse, richness=3, suffix=".pdf"),
    "TXT": Parser("TXT", txt.parse),
}


def parse(name: str, data: bytes) -> Document:
    """The paper that these bytes hold.

    name: what to call the file in messages; a name such as `kst-21501-31-741.txt` also identifies a paper that does not
    say its own number. Raises UnsupportedFormat or UnreadablePaper, each a sentence for the user.
    """
    kind = kind_of(data)
    parser = PARSERS.get(kind)
    if parser is None:
        raise UnsupportedFormat(name, kind, ", ".join(dict.fromkeys(row.label for row in PARSERS.values())))
    document = parser.parse(name, data)
    return document if document.metadata.kind else replace(document, remarks=(*document.remarks, UNKNOWN_KIND))
