"""ODT and DOCX files with just what a test is about in them, and random ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from ragassist.document import Document
from ragassist.formats.office import docx, odt
from ragassist.formats.office.odt_styles import NAMESPACES

NAME = "kst-99001-5"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
PREFIXES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items() if prefix != "xml")


def container(members: Mapping[str, str]) -> bytes:
    """A zip file with these members."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return data.getvalue()


def odt_file(body: str, automatic: str = "", styles: str = "", master: str = "", meta: str = "") -> bytes:
    """An OpenDocument text: what is in its body, its styles, its headers and footers, its properties."""
    members = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {PREFIXES}><office:automatic-styles>{automatic}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>",
        "styles.xml": f"<office:document-styles {PREFIXES}><office:styles>{styles}</office:styles>"
        f"<office:master-styles>{master}</office:master-styles></office:document-styles>",
    }
    if meta:
        members["meta.xml"] = (
            f"<office:document-meta {PREFIXES}><office:meta>{meta}</office:meta></office:document-meta>"
        )
    return container(members)


def docx_file(body: str, **parts: str) -> bytes:
    """A Word document: what is in its body, and in other parts by name: styles, numbering, footnotes, footer1."""
    roots = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes"}
    space = f'xmlns:w="{WORD}" xmlns:mc="{COMPATIBLE}"'
    members = {"word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>"}
    for name, content in parts.items():
        root = roots.get(name, "ftr")
        members[f"word/{name}.xml"] = f"<w:{root} {space}>{content}</w:{root}>"
    return container(members)


def read_odt(body: str, automatic: str = "", styles: str = "", master: str = "", meta: str = "") -> Document:
    return odt.parse(f"{NAME}.odt", odt_file(body, automatic, styles, master, meta))


def read_docx(body: str, **parts: str) -> Document:
    return docx.parse(f"{NAME}.docx", docx_file(body, **parts))


def told(document: Document) -> list[str]:
    """Its paragraphs, those that are no plain text with their role before them."""
    return [p.text if p.role == "text" else f"{p.role}: {p.text}" for p in document.paragraphs]


WORDS = st.text("abcdefgé", min_size=1, max_size=5)


class Scrap:
    """A piece of a random file: its markup, and the words that it prints, in order, and in its notes."""

    def __init__(self, markup: str, words: list[str], notes: list[str] | None = None) -> None:
        self.markup = markup
        self.words = words
        self.notes = notes or []


def joined(scraps: list[Scrap], before: str = "", after: str = "") -> Scrap:
    """Pieces one after the other, within one element."""
    return Scrap(
        before + "".join(scrap.markup for scrap in scraps) + after,
        [word for scrap in scraps for word in scrap.words],
        [word for scrap in scraps for word in scrap.notes],
    )


def wrapped(
    inner: st.SearchStrategy[Scrap], *elements: str, sizes: tuple[int, int] = (1, 3)
) -> st.SearchStrategy[Scrap]:
    """A few pieces within one of these elements, given as their opening tags."""
    pieces = st.lists(inner, min_size=sizes[0], max_size=sizes[1])
    return st.builds(
        lambda scraps, tag: joined(scraps, f"<{tag}>", f"</{tag.split(' ')[0]}>"), pieces, st.sampled_from(elements)
    )


def hidden(inner: st.SearchStrategy[Scrap], *elements: str) -> st.SearchStrategy[Scrap]:
    """Pieces that are not printed."""
    return wrapped(inner, *elements).map(lambda scrap: Scrap(scrap.markup, []))


def plain(template: str) -> st.SearchStrategy[Scrap]:
    """A word in this markup."""
    return WORDS.map(lambda word: Scrap(template.format(escape(word)), [word]))
