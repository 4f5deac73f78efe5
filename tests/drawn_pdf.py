"""PDFs that tests draw themselves: each piece of text where the test puts it, in the order in which it is put there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ragassist.formats.txt import AVERAGE, width_of

FONTS = {"": "Helvetica", "b": "Helvetica-Bold", "i": "Helvetica-Oblique"}
LEADING = 12.0


class At(NamedTuple):
    """One piece of text. x, y: where it begins, in points from the page's left and foot. font: a key of FONTS."""

    x: float
    y: float
    text: str
    size: float = 10.0
    font: str = ""
    turned: bool = False


def width(text: str, size: float = 10.0) -> float:
    """How wide a text is drawn, in points."""
    return width_of(text) * AVERAGE / 1000 * size


def beside(x: float, y: float, *parts: tuple[str, float, float]) -> list[At]:
    """Text in one row, each part (text, size, how far it is raised) right behind the one before it."""
    found = []
    for text, size, raised in parts:
        found.append(At(x, y + raised, text, size))
        x += width(text, size)
    return found


def lines(x: float, y: float, texts: Iterable[str], *, size: float = 10.0, font: str = "") -> list[At]:
    """Lines of one column, from the top down."""
    return [At(x, y - index * LEADING * size / 10.0, text, size, font) for index, text in enumerate(texts)]


def pdf(*pages: Sequence[At], width: int = 595, height: int = 842) -> bytes:
    """A PDF of these pages."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    fonts = []
    for key, name in FONTS.items():
        objects.append(
            b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name.encode("ascii")
        )
        fonts.append(b"/F%s %d 0 R" % (key.encode("ascii"), len(objects)))
    kids = []
    for page in pages:
        drawn = b"\n".join(_drawn(piece) for piece in page)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R /Resources << /Font << %s >> >> >>"
            % (width, height, len(objects), b" ".join(fonts))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return _file(objects)


def _drawn(piece: At) -> bytes:
    text = piece.text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    matrix = b"0 1 -1 0" if piece.turned else b"1 0 0 1"
    font = piece.font.encode("ascii")
    return b"BT /F%s %.2f Tf %s %.2f %.2f Tm (%s) Tj ET" % (font, piece.size, matrix, piece.x, piece.y, text)


def _file(objects: Sequence[bytes]) -> bytes:
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(out),
    )
