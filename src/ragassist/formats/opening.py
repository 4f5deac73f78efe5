"""Files from strangers, opened within limits: what kind they are, and their text."""

from __future__ import annotations

import codecs
import re
import unicodedata

LARGEST = 50 * 2**20  # bytes; what is larger is no paper
LARGEST_TEXT = 5 * 2**20  # bytes of plain text; the longest papers are a third of it

SIGNATURES: dict[bytes, str] = {
    b"%PDF-": "PDF",
    b"PK\x03\x04": "a zip container (DOCX, ODT, XLSX, …)",
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
MARKUP = re.compile(rb"\s*<(\?xml|!doctype\s+html|html|[a-z][\w:.-]*[\s>])", re.IGNORECASE)

# Invisible characters that change how text looks but not what it says: controls other than tab and line ends,
# zero-width characters, bidirectional overrides. Form feeds stay: they part printed pages.
INVISIBLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def kind_of(data: bytes) -> str:
    """`text`, `XML or HTML`, or the name of another kind, told by the bytes alone."""
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            return kind
    if any(data.startswith(bom) for bom in BOMS):
        return "text"
    if MARKUP.match(data[:1000]):
        return "XML or HTML"
    return "a binary file" if b"\x00" in data[:8000] else "text"


def text_of(data: bytes) -> str:
    """The text of a plain file: BOM, else strict UTF-8, else Windows-1252; NFC, line ends `\\n`, nothing invisible."""
    for bom, encoding in BOMS.items():
        if data.startswith(bom):
            text = data.decode(encoding, errors="replace")
            break
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad\n", "-\n")
    return INVISIBLE.sub("", unicodedata.normalize("NFC", text))
