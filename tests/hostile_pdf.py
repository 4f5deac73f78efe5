"""Hostile PDFs, written object by object."""

from __future__ import annotations

import zlib

from hostile_file import SAID, TIGHT, Hostile


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
        "text-nowhere.pdf": Hostile(
            lambda: one_page(stream(SHOWN + b"BT /F 12 Tf 2%s.5 600 Td (nergens) Tj ET" % (b"0" * 99))), reads=SAID
        ),
        "20000-letters-on-one-spot.pdf": Hostile(
            lambda: one_page(
                flated(
                    SHOWN
                    + b"BT /F 5 Tf 72 600 Td [%s] TJ ET"
                    % (b"".join(b"(%c)722" % x for x in b"CDHNRUwABEKPSVXY") * 1250)
                ),
            ),
            reads=SAID,
            limits=TIGHT,
        ),
        "kids-are-numbers.pdf": Hostile(
            lambda: printed(CATALOGUE % b"", b"<</Type/Pages/Kids[1 2 3]/Count 3>>"), "Nothing of it was indexed."
        ),
        "nested-arrays.pdf": Hostile(lambda: one_page(stream(b"[" * 1_000_000)), "Nothing of it was indexed."),
        "not-one.pdf": Hostile(lambda: b"%PDF-1.7\n" + bytes(range(256)) * 100, "it is a damaged PDF."),
    }
