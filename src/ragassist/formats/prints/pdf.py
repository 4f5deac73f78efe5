"""PDF -> Document: characters with their boxes, as pdfium gives them; typeset and columns make lines of them.

The only importer of pypdfium2. Everything that is read is text: no pictures, scripts, attachments or links.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ragassist.document import Document
from ragassist.errors import UnreadablePaper
from ragassist.formats.prints.columns import sheets_of
from ragassist.formats.prints.printed import read_sheets
from ragassist.formats.prints.typeset import Glyph, Style

MOST_PAGES = 2000  # the longest papers, budgets with annexes, take a few hundred
LARGEST_TEXT = 20 * 2**20  # characters
BOLD = 600  # weight from which a font is bold
BOLD_NAMES = ("bold", "black", "heavy", "semibold", "demi")
ITALIC_NAMES = ("italic", "oblique", "kursiv")
ITALIC_FLAG = 1 << 6  # PDF 32000-1, table 123
SOFT_HYPHEN = "\u00ad"
NO_TEXT = "holds no text (a scan?)."

# What fonts with an encoding of their own print, as the private characters that they are given out as.
PRIVATE: dict[str, str] = {"\uf0b7": "•", "\uf0a7": "▪", "\uf02d": "–", "\uf0d8": "•", "\uf0fc": "✓", "\uf0e0": "→"}
LIGATURES: dict[str, str] = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st",
}  # fmt: skip
HYPHEN = "\x02"  # pdfium's word for a hyphen at the end of a line
WRITTEN: dict[str, str] = {HYPHEN: "-", "\u00a0": " ", "\u2007": " ", "\u202f": " ", **PRIVATE, **LIGATURES}


def parse(name: str, data: bytes) -> Document:
    """A paper from its printed pages. Raises UnreadablePaper: damaged, locked, too long, or nothing but pictures."""
    sheets = sheets_of(_pages(name, data))
    filled = [bool(sheet.lines or sheet.furniture) for sheet in sheets]
    if not any(filled):
        raise UnreadablePaper(name, "its pages hold no text, only pictures (a scan?).")
    remarks = tuple(f"Page {number} {NO_TEXT}" for number, text in enumerate(filled, start=1) if not text)
    return read_sheets(name, sheets, remarks)


def _pages(name: str, data: bytes) -> Iterator[list[Glyph]]:
    """The characters of each page, in the order in which the file draws them."""
    try:
        paper = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        why = "it is locked with a password." if locked else "it is a damaged PDF."
        raise UnreadablePaper(name, why) from error
    try:
        if len(paper) > MOST_PAGES:
            raise UnreadablePaper(name, f"it has more than {MOST_PAGES} pages.")
        total = 0
        for index in range(len(paper)):
            glyphs = _page(paper, index)
            total += len(glyphs)
            if total > LARGEST_TEXT:
                raise UnreadablePaper(name, f"it holds more than {LARGEST_TEXT // 2**20} MB of text.")
            yield glyphs
    finally:
        paper.close()


def _page(paper: pdfium.PdfDocument, index: int) -> list[Glyph]:
    try:
        page = paper[index]
    except pdfium.PdfiumError:
        return []  # a page that cannot be drawn is one without text, and the remark says so
    try:
        text = page.get_textpage()
    except pdfium.PdfiumError:
        return []
    try:
        return list(_glyphs(text.raw, text.count_chars()))
    finally:
        text.close()
        page.close()


def _glyphs(text: raw.FPDF_TEXTPAGE, count: int) -> Iterator[Glyph]:
    """The characters that the page itself holds: pdfium's own spaces and line ends are left to geometry."""
    styles: dict[int, Style] = {}
    x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    for index in range(count):
        character = chr(raw.FPDFText_GetUnicode(text, index))
        if character in "\r\n\x00" or (character == " " and raw.FPDFText_IsGenerated(text, index) == 1):
            continue
        drawn = raw.FPDFText_GetTextObject(text, index)
        key = ctypes.addressof(drawn.contents) if drawn else 0
        style = styles.get(key)
        if style is None:
            style = styles[key] = _style(text, index)
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        raw.FPDFText_GetLooseCharBox(text, index, box)
        left, right, base = box.left, box.right, y.value
        if style.angle:
            left, right, base = _turned(style.angle, x.value, y.value, box)
        if not all(map(math.isfinite, (left, right, base, style.size))):
            continue  # what stands nowhere is not printed
        yield Glyph(WRITTEN.get(character, character), left, right, base, style)


def _style(text: raw.FPDF_TEXTPAGE, index: int) -> Style:
    """Size, weight and direction of the text that a character was drawn with."""
    matrix, flags, name = raw.FS_MATRIX(), ctypes.c_int(), ctypes.create_string_buffer(256)
    scale, angle = 1.0, 0
    if raw.FPDFText_GetMatrix(text, index, matrix):
        scale = math.hypot(matrix.c, matrix.d)
        turned = math.degrees(math.atan2(matrix.b, matrix.a))
        angle = round(turned) if math.isfinite(turned) else 0
    raw.FPDFText_GetFontInfo(text, index, name, len(name), flags)
    font = name.value.decode("utf-8", "replace").lower()
    return Style(
        size=max(round(raw.FPDFText_GetFontSize(text, index) * scale, 2), 0.1),
        bold=raw.FPDFText_GetFontWeight(text, index) >= BOLD or any(word in font for word in BOLD_NAMES),
        italic=bool(flags.value & ITALIC_FLAG) or any(word in font for word in ITALIC_NAMES),
        angle=angle,
    )


def _turned(angle: int, x: float, y: float, box: raw.FS_RECTF) -> tuple[float, float, float]:
    """Left, right and baseline as they are when the page is held so that the text stands upright."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    along = [a * cos + b * sin for a in (box.left, box.right) for b in (box.bottom, box.top)]
    return x * cos + y * sin, max(along), y * cos - x * sin
