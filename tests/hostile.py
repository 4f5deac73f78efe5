"""Files that mean harm or come out of an accident, each made by a few lines: nothing of them is stored.

`files` gives them all. Each is refused with a sentence that holds `refused`, or read as a paper that holds `reads`;
either way it stays within the box's limits, reads and writes nothing elsewhere and leaves no process behind.
"""

from __future__ import annotations

import gzip
import zlib

from hostile_containers import containers, docx, zipped
from hostile_file import SAID, Hostile
from hostile_markup import html, page, paper, xml
from hostile_pdf import SHOWN, one_page, pdf, stream


def files(url: str, secret: str) -> dict[str, Hostile]:
    """All of them, by the name that the file goes by.

    url: an address of this machine that would notice a visitor. secret: the path of a file that holds SECRET.
    """
    return {**xml(url, secret), **html(url, secret), **containers(url, secret), **pdf(url, secret), **text()}


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
