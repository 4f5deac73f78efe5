"""Files from strangers, opened within limits: what kind they are, and their text."""

from __future__ import annotations

import codecs
import contextlib
import io
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Collection
from itertools import pairwise

from lxml import etree

from ragassist.errors import UnreadablePaper

LARGEST = 50 * 2**20  # bytes; what is larger is no paper
LARGEST_PART = 32 * 2**20  # bytes of one member of a zip container, unpacked
LARGEST_PARTS = 64 * 2**20  # bytes of all members that are read, unpacked
LARGEST_TEXT = 5 * 2**20  # bytes of plain text; the longest papers are a third of it
MOST_MEMBERS = 2000  # of a zip container; a paper of many pictures has a hundred
MOST_UNPACKED = 200  # times its packed size, for a member of more than 1 MB; XML of long tables was seen to reach 60
MOST_ELEMENTS = 400_000  # in a file of markup; the longest papers of tables have a third of it
DEEPEST = 2000  # elements in one another in HTML; libxml2 leaves out what stands deeper than 2,048, in XML 256

# Kinds that are read have the keys of PARSERS; the others are what a refusal calls them.
SIGNATURES: dict[bytes, str] = {
    b"%PDF-": "PDF",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "an empty zip file",
    b"\x1f\x8b": "a gzip file",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"\x28\xb5\x2f\xfd": "a Zstandard file",
    b"7z\xbc\xaf": "a 7-Zip file",
    b"Rar!": "a RAR file",
    b"\xd0\xcf\x11\xe0": "an old Office file (DOC, XLS)",
    b"{\\rtf": "RTF",
    b"%!PS": "PostScript",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"II*\x00": "a picture (TIFF)",
    b"MM\x00*": "a picture (TIFF)",
    b"RIFF": "a picture, sound or film (WebP, WAV, AVI)",
    b"ID3": "sound (MP3)",
    b"OggS": "sound (Ogg)",
    b"SQLite format 3\x00": "a database (SQLite)",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"\xca\xfe\xba\xbe": "a program",
    b"\xcf\xfa\xed\xfe": "a program",
    b"\x00asm": "a program",
    b"#!": "a script",
}
BOMS: dict[bytes, str] = {  # the mark of UTF-32 begins as that of UTF-16 does
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\x00?\x00": "utf-16-le",  # XML without a mark
    b"\x00<\x00?": "utf-16-be",
}
# What a file may say that it is written in, as browsers understand it. UTF-7 and its kin only serve to hide markup.
ENCODINGS: dict[str, str] = {
    "utf-8": "utf-8",
    **dict.fromkeys(("us-ascii", "iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252"), "cp1252"),
    "iso-8859-15": "iso-8859-15",
    "windows-1250": "cp1250",
    "iso-8859-2": "iso-8859-2",
    "macintosh": "mac-roman",
}
# A mark of UTF-8 that was taken for Windows-1252 and written in UTF-8 again, as was all behind it; JUNK holds it as it
# reads, and as its bytes look.
TWICE = "\ufeff".encode().decode("cp1252").encode()
JUNK = re.compile("^(?:\ufeff|ï»¿|Ã¯Â»Â¿|\\s)+")
MARKUP = re.compile(r"<(?:\?xml|!--|!doctype\s+html|html|[a-z][\w:.-]*[\s>])", re.IGNORECASE)
DECLARED = re.compile(rb"""<\?xml[^<>]{0,100}\bencoding\s*=\s*["']([\w.-]+)""")
META_CHARSET = re.compile(rb"""<meta[^<>]{1,200}?charset=["']?([\w-]+)""", re.IGNORECASE)
# Atomic groups: what comes before the root is read once, however it could be read otherwise.
ROOT = re.compile(
    r"(?><\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*+(?:\[.*?\]\s*+)?>|\s++)*+<(?:[\w.-]++:)?([\w.-]++)", re.I | re.S
)
ROOTS: dict[str, str] = {"officiele-publicatie": "official XML", "vlosCoreDocument": "VLOS XML"}
PICTURES = {"svg": "a picture (SVG)"}
HTML_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"""class=["'][^"'<]*\b(?:stuktitel|dossiertitel|stuknummer|kamerstukdatum|kamervraag\w*)\b"""),
        "official HTML",
    ),
    (
        re.compile(
            r"""<link(?=[^<>]+canonical)(?=[^<>]+(?:zoek|www)\.officielebekendmakingen\.nl)|id=["']broodtekst["']"""
        ),
        "official HTML",
    ),
    (re.compile(r"""<meta(?=[^<>]+["']OVERHEIDop\.)""", re.IGNORECASE), "official HTML"),
    (re.compile(r"""<(?:link|meta)(?=[^<>]+\bwww\.tweedekamer\.nl/)"""), "Tweede Kamer HTML"),
)
HEAD = 100_000  # bytes of a file of markup in which it says what it is
OPENDOCUMENT = "application/vnd.oasis.opendocument."
MIMETYPES: dict[str, str] = {  # what the first member of some zip containers says of them
    **dict.fromkeys((f"{OPENDOCUMENT}text", f"{OPENDOCUMENT}text-template", f"{OPENDOCUMENT}text-master"), "ODT"),
    f"{OPENDOCUMENT}spreadsheet": "a spreadsheet (ODS)",
    f"{OPENDOCUMENT}presentation": "a presentation (ODP)",
    f"{OPENDOCUMENT}graphics": "a drawing (ODG)",
    "application/epub+zip": "an e-book (EPUB)",
}
MEMBERS: dict[str, str] = {
    "word/document.xml": "DOCX",
    "xl/workbook.xml": "a spreadsheet (XLSX)",
    "xl/workbook.bin": "a spreadsheet (XLSB)",
    "ppt/presentation.xml": "a presentation (PPTX)",
    "META-INF/container.xml": "an e-book (EPUB)",
    "META-INF/MANIFEST.MF": "a program (JAR)",
    "content.xml": "ODT",
}
TEXTS: tuple[tuple[re.Pattern[str], str], ...] = (  # text that is no paper, by its first lines
    (re.compile(r'\s*+(?:\{\s*+"[^"\n]{1,200}"\s*+:|\[\s*+\{\s*+["}])'), "JSON"),
    (re.compile(r"(?:[^\n]*+\n){0,20}?MIME-Version: ", re.IGNORECASE), "an e-mail or a saved web page (MHTML)"),
    (re.compile(r"(?:(?:[^\n;]*+;){2,}+[^\n;]*+\n){5}"), "a table (CSV)"),
    (re.compile(r"(?:(?:[^\n\t]*+\t){2,}+[^\n\t]*+\n){5}"), "a table (CSV)"),
    (re.compile(r"(?:(?:[^\n,]*+,(?! )){2,}+[^\n,]*+\n){5}"), "a table (CSV)"),
)

# Invisible characters that change how text looks but not what it says: controls other than tab and line ends,
# zero-width characters, bidirectional overrides. Form feeds stay: they part printed pages.
INVISIBLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

END = struct.Struct("<4s6xHI6x")  # of a zip container's directory: its mark, how many entries, how many bytes
ENDS, ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
ENTRY = 30  # bytes of a member's own header, at least
LARGEST_DIRECTORY = 2**20  # bytes
PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the only ones that ODT and DOCX know
MANIFEST = "META-INF/manifest.xml"  # where an ODT says which of its members are locked
UNSOUND = (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error)
DAMAGED = "a damaged zip file"

# What libxml2 says when a file goes beyond its limits, and what we say.
BEYOND: dict[str, str] = {
    "amplification": "it declares entities, which no Kamerstuk does.",
    "depth": "it is nested more than 256 levels deep.",
    "": "one piece of it is longer than 10 MB.",
}
LONGEST_QUOTE = 200  # characters of a library's message


def kind_of(data: bytes) -> str:
    """A key of PARSERS, or the name of another kind, told by the bytes alone."""
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            return _kind_of_zip(data) if kind == "zip" else kind
    marked = any(data.startswith(bom) for bom in BOMS)
    head = text_of(data[:HEAD]) if marked else data[:HEAD].decode("latin-1")
    start = JUNK.sub("", head)
    if start.startswith("%PDF-"):
        return "PDF"
    if MARKUP.match(start):
        return _kind_of_markup(start)
    if not marked and b"\x00" in data[:8000]:
        return "a binary file"
    return next((kind for mark, kind in TEXTS if mark.match(start)), "TXT")


def _kind_of_markup(head: str) -> str:
    found = ROOT.match(head)
    root = found[1] if found else ""
    if root in ROOTS:
        return ROOTS[root]
    if root in PICTURES:
        return PICTURES[root]
    if head.startswith("<?xml") and root.lower() != "html":
        return f"XML with the root <{root[:LONGEST_QUOTE]}>" if root else "XML without a root"
    return next((kind for mark, kind in HTML_MARKS if mark.search(head)), "HTML")


def _kind_of_zip(data: bytes) -> str:
    try:
        with _container(data) as container:
            names = set(container.namelist())
            mimetype = _mimetype(container) if "mimetype" in names else ""
    except zipfile.BadZipFile as error:
        return str(error)
    if mimetype in MIMETYPES:
        return MIMETYPES[mimetype]
    return next((kind for member, kind in MEMBERS.items() if member in names), "a zip file")


def _mimetype(container: zipfile.ZipFile) -> str:
    try:
        with container.open("mimetype") as file:
            return file.read(100).decode("latin-1").strip()
    except UNSOUND as error:
        raise zipfile.BadZipFile(DAMAGED) from error


def xml_root(name: str, data: bytes) -> etree._Element:
    """The root of an XML file; comments and processing instructions are gone, nothing was loaded from elsewhere.

    Raises UnreadablePaper.
    """
    parser = etree.XMLParser(
        encoding="utf-8",
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
    declared = DECLARED.search(data[:HEAD])
    text = _visible(_decoded(data, declared[1].decode() if declared else ""))
    try:
        root = etree.fromstring(JUNK.sub("", text).encode(), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadablePaper(name, _why(error)) from error
    internal = root.getroottree().docinfo.internalDTD
    if internal is not None and any(True for _ in internal.iterentities()):  # type: ignore[union-attr]
        raise UnreadablePaper(name, BEYOND["amplification"])
    _check_elements(name, root)
    for entity in root.iter(etree.Entity):  # one that a DTD elsewhere may explain: its text would be missing
        raise UnreadablePaper(name, f"it does not say what {entity.text} stands for.")
    return root


def html_root(name: str, data: bytes) -> etree._Element:
    """The root of an HTML page, as a browser would mend it. Raises UnreadablePaper."""
    declared = META_CHARSET.search(data[:4096])
    text = text_of(data, declared[1].decode() if declared else "")
    parser = etree.HTMLParser(huge_tree=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", text), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadablePaper(name, f"it is no HTML ({_quote(error)}).") from error
    if root is None:
        raise UnreadablePaper(name, "the page is empty.")
    _check_elements(name, root)
    # From 2048 levels on, libxml2 leaves out what stands there and only notes that it did.
    cut = any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log)
    if cut or _depth(root) > DEEPEST:
        raise UnreadablePaper(name, f"its elements stand more than {DEEPEST} deep in one another, which no page's do.")
    return root


def _check_elements(name: str, root: etree._Element) -> None:
    if root.xpath(f"count(//*) > {MOST_ELEMENTS}"):  # a parser would take minutes over them
        raise UnreadablePaper(name, f"it has more than {MOST_ELEMENTS:,} elements, which no Kamerstuk has.")


def _depth(root: etree._Element) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _why(error: etree.XMLSyntaxError) -> str:
    if error.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT:  # type: ignore[attr-defined]
        return next(sentence for word, sentence in BEYOND.items() if word in str(error))
    return f"it is no well-formed XML ({_quote(error)})."


def _quote(error: Exception) -> str:
    said = " ".join(INVISIBLE.sub("", str(error)).split())
    return said if len(said) <= LONGEST_QUOTE else f"{said[:LONGEST_QUOTE]}…"


def zip_parts(name: str, data: bytes, wanted: Collection[str]) -> dict[str, bytes]:
    """The wanted members of a zip container that are there, by name. Raises UnreadablePaper."""
    parts: dict[str, bytes] = {}
    try:
        with _container(data) as container:
            there = {member.filename: member for member in container.infolist()}
            if MANIFEST in there:
                _check_locks(_unpacked(container, there[MANIFEST], LARGEST_PART))
            for member in wanted:
                if member in there:
                    left = min(LARGEST_PART, LARGEST_PARTS - sum(map(len, parts.values())))
                    parts[member] = _unpacked(container, there[member], left)
    except zipfile.BadZipFile as error:
        raise UnreadablePaper(name, f"it is {error}.") from error
    return parts


def _check_locks(manifest: bytes) -> None:
    if b"encryption-data" in manifest:
        raise zipfile.BadZipFile("a document that is locked with a password")


def _unpacked(container: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """One member's bytes, counted as they come: what the container says of their number is not asked."""
    shown = f"a zip file in which {member.filename}"
    if member.flag_bits & 1:
        raise zipfile.BadZipFile(f"{shown} is locked with a password")
    if member.compress_type not in PACKINGS:
        raise zipfile.BadZipFile(f"{shown} is packed in a way that no word processor uses")
    try:
        with container.open(member) as file:
            content = file.read(min(most, max(2**20, MOST_UNPACKED * member.compress_size)) + 1)
    except UNSOUND as error:
        raise zipfile.BadZipFile(DAMAGED) from error
    if len(content) > most:
        raise zipfile.BadZipFile(f"{shown} unpacks to more than {most // 2**20} MB")
    if len(content) > max(2**20, MOST_UNPACKED * member.compress_size):
        raise zipfile.BadZipFile(f"{shown} unpacks to more than {MOST_UNPACKED} times its size")
    return content


def _container(data: bytes) -> zipfile.ZipFile:
    """A zip container with a sound directory. Raises BadZipFile, which says what it is otherwise.

    Python's own reader believes the directory: it takes as many entries as are there, and entries that share bytes.
    """
    at = data.rfind(ENDS, max(0, len(data) - END.size - 0xFFFF))
    if at < 0 or len(data) - at < END.size:
        raise zipfile.BadZipFile(DAMAGED)
    _, count, size = END.unpack_from(data, at)
    if max(count / MOST_MEMBERS, size / LARGEST_DIRECTORY) > 1 or data[max(0, at - 20) :].startswith(ZIP64):
        raise zipfile.BadZipFile(f"a zip file of more than {MOST_MEMBERS:,} parts")
    try:
        container = zipfile.ZipFile(io.BytesIO(data))
    except (*UNSOUND, struct.error) as error:
        raise zipfile.BadZipFile(DAMAGED) from error
    members = container.infolist()
    if len(members) > MOST_MEMBERS:
        raise zipfile.BadZipFile(f"a zip file of more than {MOST_MEMBERS:,} parts")
    if len({member.filename for member in members}) < len(members):
        raise zipfile.BadZipFile("a zip file in which two parts have one name")
    places = sorted((member.header_offset, member.header_offset + ENTRY + member.compress_size) for member in members)
    if any(end > start for (_, end), (start, _) in pairwise([*places, (container.start_dir, 0)])):
        raise zipfile.BadZipFile("a zip file whose parts overlap")
    return container


def text_of(data: bytes, declared: str = "") -> str:
    """The text of a plain file: BOM, else strict UTF-8, else what is declared, else Windows-1252.

    NFC, line ends `\\n`, nothing invisible.
    """
    text = _decoded(data, declared).replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad\n", "-\n")
    return _visible(text)


def _visible(text: str) -> str:
    return INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def _decoded(data: bytes, declared: str) -> str:
    for bom, encoding in BOMS.items():
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    for taken_for in ("latin-1", "cp1252") if data.startswith(TWICE) else ():
        with contextlib.suppress(UnicodeError):
            return data.decode().encode(taken_for).decode()
    for encoding in ("utf-8", ENCODINGS.get(declared.lower(), "utf-8")):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return data.decode("cp1252", errors="replace")
