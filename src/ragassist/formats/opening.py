"""Files from strangers, opened within limits: what kind they are, and their text."""

from __future__ import annotations

import codecs
import contextlib
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Collection

from lxml import etree

from ragassist.errors import UnreadablePaper

LARGEST = 50 * 2**20  # bytes; what is larger is no paper
LARGEST_PART = 32 * 2**20  # bytes of one member of a zip container, unpacked
DEEPEST = 2000  # elements in one another in HTML; libxml2 leaves out, without a word, what stands deeper than 2,048
LARGEST_TEXT = 5 * 2**20  # bytes of plain text; the longest papers are a third of it

# Kinds that are read have the keys of PARSERS; the others are what a refusal calls them.
SIGNATURES: dict[bytes, str] = {
    b"%PDF-": "PDF",
    b"PK\x03\x04": "zip",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an old Office file (DOC, XLS)",
    b"{\\rtf": "RTF",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}
BOMS: dict[bytes, str] = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
JUNK = re.compile("^(?:\ufeff|ï»¿|\\s)+")  # a mark of UTF-8 that was read as Windows-1252 and written again is seen too
MARKUP = re.compile(r"<(?:\?xml|!doctype\s+html|html|[a-z][\w:.-]*[\s>])", re.IGNORECASE)
ROOT = re.compile(r"(?:<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\])?\s*>|\s)*<(?:[\w.-]+:)?([\w.-]+)", re.I | re.S)
ROOTS: dict[str, str] = {"officiele-publicatie": "official XML", "vlosCoreDocument": "VLOS XML"}
HTML_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"""class=["'][^"']*\b(?:stuktitel|dossiertitel|stuknummer|kamerstukdatum|kamervraag\w*)\b"""),
        "official HTML",
    ),
    (
        re.compile(r"""<link[^>]+canonical[^>]+(?:zoek|www)\.officielebekendmakingen\.nl|id=["']broodtekst["']"""),
        "official HTML",
    ),
    (re.compile(r"""<meta[^>]+["']OVERHEIDop\.""", re.IGNORECASE), "official HTML"),
    (re.compile(r"""<(?:link|meta)[^>]+\bwww\.tweedekamer\.nl/"""), "Tweede Kamer HTML"),
)
HEAD = 100_000  # bytes of a file of markup in which it says what it is
MEMBERS: dict[str, str] = {"word/document.xml": "DOCX", "content.xml": "ODT"}

# Invisible characters that change how text looks but not what it says: controls other than tab and line ends,
# zero-width characters, bidirectional overrides. Form feeds stay: they part printed pages.
INVISIBLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def kind_of(data: bytes) -> str:
    """A key of PARSERS, or the name of another kind, told by the bytes alone."""
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            return _kind_of_zip(data) if kind == "zip" else kind
    head = text_of(data[:HEAD]) if any(data.startswith(bom) for bom in BOMS) else data[:HEAD].decode("latin-1")
    start = JUNK.sub("", head)
    if MARKUP.match(start):
        return _kind_of_markup(start)
    if any(data.startswith(bom) for bom in BOMS):
        return "TXT"
    return "a binary file" if b"\x00" in data[:8000] else "TXT"


def _kind_of_markup(head: str) -> str:
    found = ROOT.match(head)
    root = found[1] if found else ""
    if root in ROOTS:
        return ROOTS[root]
    if head.startswith("<?xml") and root.lower() != "html":
        return f"XML with the root <{root}>"
    return next((kind for mark, kind in HTML_MARKS if mark.search(head)), "HTML")


def _kind_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            names = set(container.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "a damaged zip file"
    return next((kind for member, kind in MEMBERS.items() if member in names), "a zip container (XLSX, EPUB, …)")


def xml_root(name: str, data: bytes) -> etree._Element:
    """The root of an XML file; comments and processing instructions are gone, nothing was loaded from elsewhere.

    Raises UnreadablePaper.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    start = data.find(b"<")
    try:
        root = etree.fromstring(data[start:] if 0 < start <= 16 and not data.startswith(tuple(BOMS)) else data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadablePaper(name, f"it is no well-formed XML ({error}).") from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):  # type: ignore[union-attr]
        raise UnreadablePaper(name, "it declares entities, which no Kamerstuk does.")
    return root


def html_root(name: str, data: bytes) -> etree._Element:
    """The root of an HTML page, as a browser would mend it. Raises UnreadablePaper."""
    declared = re.search(rb"<meta[^>]+charset=[\"']?([\w-]+)", data[:4096], re.IGNORECASE)
    text = text_of(data, declared[1].decode("ascii", "replace") if declared else "")
    parser = etree.HTMLParser(huge_tree=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", text), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadablePaper(name, f"it is no HTML ({error}).") from error
    if root is None:
        raise UnreadablePaper(name, "the page is empty.")
    if _depth(root) > DEEPEST:
        raise UnreadablePaper(name, f"its elements stand more than {DEEPEST} deep in one another, which no page's do.")
    return root


def _depth(root: etree._Element) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def zip_parts(name: str, data: bytes, wanted: Collection[str]) -> dict[str, bytes]:
    """The wanted members of a zip container that are there, by name. Raises UnreadablePaper."""
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            for member in set(container.namelist()) & set(wanted):
                with container.open(member) as file:
                    parts[member] = file.read(LARGEST_PART + 1)
                if len(parts[member]) > LARGEST_PART:
                    raise UnreadablePaper(name, f"{member} in it unpacks to more than {LARGEST_PART // 2**20} MB.")
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error) as error:
        raise UnreadablePaper(name, "it is a damaged zip container.") from error
    return parts


def text_of(data: bytes, declared: str = "") -> str:
    """The text of a plain file: BOM, else strict UTF-8, else what is declared, else Windows-1252.

    NFC, line ends `\\n`, nothing invisible.
    """
    for bom, encoding in BOMS.items():
        if data.startswith(bom):
            text = data.decode(encoding, errors="replace")
            break
    else:
        text = _decoded(data, declared)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad\n", "-\n")
    return INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def _decoded(data: bytes, declared: str) -> str:
    for encoding in ("utf-8", declared):
        with contextlib.suppress(UnicodeDecodeError, LookupError, ValueError):
            return data.decode(encoding or "utf-8")
    return data.decode("cp1252", errors="replace")
