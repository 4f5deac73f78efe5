"""PDFs that tests draw themselves: each piece of text where the test puts it, in the order in which it is put there."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ragassist.formats.prints.txt import AVERAGE, width_of

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


# Encrypted by pypdf, with the passwords `geheim` and none (so that it may be read, but not changed), packed.
LOCKED = zlib.decompress(
    base64.b64decode(
        "eNqlVM1r1EAUpxfBAfEf8DCX9WTNTDIzmdFlxX4sFT9attriRwuT5E2MrkmbZKX1H/Ai+g94EEQ9CB68eRbpSap4EDzqpScFQfDoJLtt"
        "F+KhaJLDzO+93/u9N+9NWgsz3Ul60kOtr9+2PyGKCc6CW6jdRs7lzTXAzrQudT+LkbOgYyiwax16qNNBkEaVo9sg1H7Imc4GaYkpcs4n"
        "UYGvY68i4pUxqvdXaiWUg6UOlZyLECV6KtuwIYh9ueJYMtcGsgppaR0LzIaePSiyQR7aJKuIXWsdLjAf2rsBFqNVgv3dOobfKCU2ltIF"
        "SOPyJhayshdlDvoOevjldi8+9X61M/H2+IlDy9/j1TMTv14+vvT68P1iJ/749MizbflzaWfrwe8X4urpHn1ijl179+HHVu4+Ovr8xtzn"
        "N+vxq0prFG6kyhsHUSWPnMVBUNbbCrQnOaULqMty5qB/F8ok1MiZTcMsStIYO8tJejYtkl1grCzx7wKTU1k/OpiK/x8q80E/WR/AwYTk"
        "mNASdm3nsbfXL+pKO0KYuYop4bvKrdrdLyHHzmKp00jntpx53KYq4BKYDJUbCC4U+IIrIkJtBANm6ZqFLokEKCVMBEYJDyyFSGIUEOl1"
        "kHMFt/3QuFQbZjzNQIYk8gGCMPK451EtqE0mMAw4MPC51IwKRojdC2OMJpTI8eHbyMEgghUiew8WnHscG7yHUTsstSXdxwRrYNT1Gpjr"
        "kwbmSdnAmGxqcOk3MKHcfazMddKHvO7JYnIPbBlOL8vsH2B45c7N2AvcljoMPACPK7uQGgJJOKGacRNJoih0DuKyUk9JvrlWYrl7i4tS"
        "52V9gIr4qNWane+iPzmVX7A="
    )
)
RESTRICTED = zlib.decompress(
    base64.b64decode(
        "eNqlVE1r1EAYvnhxQBC8FYS57EWsmZnMV3Rd6LZdKlpaWrWg9DDJzKyxMalJVlrxKIgiPRVvgldB8B+I4FXpQfHg0R78wj+gFyfZbbsQ"
        "D0WTHGae9+N5P9NanOlN4jM+aH3e3XkPMEQwC2+Cdht4lzfXDfSmVamSrA+8RdU3BSROYQl0OsCkulIkDYNaD3jT2SAtIQbexVgX8Dr0"
        "K0O4Ombq/9W0IsqNMx0yefNGx6qbbTgXyL0sYFBS4hw5hrR0igWkQ80lU2SDPHJBVh57Tjo8QDaU90LIR6cYir08ht8oJDoW0iWT9ssb"
        "kMtKXpS5UbfAxK/k6f346/FTr749mN95d/ZlJ52YOfF8RV/b/fShHT4xP06+2T59fuvRVhhOza6tnfv+8cuR351n6sXre8eOzj1++PPt"
        "dsU1cjdiZY1CVMEDb3kQlvW1Al0lu6owdVrenEnumDKOFPBm0yjTcdqH3kqcTqVFvAeMpcX/nWCymyX6cCziP1gWwiS+PTCHI5JjRFch"
        "cZ2H/n6/MJFuhCAlAQ24IAGp2p2UJofecqlSrXKXzgJsM86tksI3xvcjEYhI+2GAqNVKW4mpssqn2gbKl5YbTXEYSGpIxLUiSnHLOsC7"
        "AtvGqCASlAcYGcEjpqW2XCOMhbCcYU1kaKlhhhrBpKKYU4TcnVtrFcJIjg/fRm4sQDAAaP+BnDGfQQv3MeyGpZakBxinDQwTv4ERgRqY"
        "L2UDo7LJwaRoYDwgB1iZqzgxed2T5fiucWl4S1nm/gDDlbsw4xa47arlShr6EdVCRlQFoUTC9QAxwqXBrHMYldV6SvLN9RLKvS0uSpWX"
        "dQEDJECrNbvQA38AeKFgNQ=="
    )
)
