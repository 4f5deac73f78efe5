"""What an element of an HTML page means for the text in it: by its name, its classes and its style."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ragassist.document import Role

# Elements that stand on lines of their own; the others are set within a line.
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody "
    "td tfoot th thead tr ul".split()
)
# Elements whose text no page shows as text.
NEVER = frozenset(
    "audio base button canvas datalist embed head iframe input link map meta noscript option script select style svg "
    "template textarea title video".split()
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE)
WORD_LIST = re.compile(r"mso-list\s*:\s*Ignore", re.IGNORECASE)  # Word writes the mark of an item as text, and says so

# Classes of the official pages.
HEADING_CLASS = re.compile(r"tussenkop\w*|[\w-]*kop\d?|(?:stuk|dossier)titel|MsoTitle|nummer|kamervraagnummer")
TEXT_CLASS = re.compile(r"kamervraagomschrijving\w*")
BOLD_CLASS = re.compile(r"(?:\w+_)?vet(?:cur)?")
ITALIC_CLASS = re.compile(r"(?:\w+_)?(?:vet)?cur")
CONTENTS_CLASS = re.compile(r"[\w-]*inhoudsopgave[\w-]*")  # its headings head nothing
GATHERED = frozenset({"kamerstukkop", "kamervraagkop", "handelingenkop"})  # several lines, one heading
MARKS = frozenset({"ol", "lidnr", "li.nr", "nr"})  # the mark of an item or a lid, written out
SPEECH = "spreekbeurt"  # its first line says who speaks
SIGNED = "ondertekening"
SIGNERS = frozenset({"functie", "naam", "organisatie"})  # within it: each on a line of its own


class Traits(NamedTuple):
    """What an element means.

    block: it stands on lines of its own. heading, text: what its paragraphs are, whatever is around them. bold, italic:
    how it is set. gathered: it is one heading. contents: a table of contents. mark: an item's mark, lid: of a lid,
    item: as Word writes it. signed: a signature, signer: a line of one. speech: its first line says who speaks.
    """

    block: bool
    heading: bool
    text: bool
    bold: bool
    italic: bool
    gathered: bool
    contents: bool
    mark: bool
    lid: bool
    item: bool
    signed: bool
    signer: bool
    speech: bool

    def role(self, tag: str, above: Role) -> Role:
        """The role of its paragraphs; what stands in a heading or a quotation is part of it."""
        if self.text:
            return "text"
        return "heading" if self.heading else "quote" if tag == "blockquote" else above


@lru_cache(maxsize=2048)
def traits(tag: str, named: str, style: str) -> Traits:
    """What an element of this name, with these classes and this style, means."""
    names = frozenset(named.split())

    def has(pattern: re.Pattern[str]) -> bool:
        return any(pattern.fullmatch(name) for name in names)

    gathered = bool(GATHERED & names)
    return Traits(
        block=tag in BLOCKS,
        heading=tag in HEADINGS or gathered or has(HEADING_CLASS),
        text=has(TEXT_CLASS),
        bold=tag in {"b", "strong"} or BOLD.search(style) is not None or has(BOLD_CLASS),
        italic=tag in {"i", "em"} or ITALIC.search(style) is not None or has(ITALIC_CLASS),
        gathered=gathered,
        contents=has(CONTENTS_CLASS),
        mark=bool(MARKS & names),
        lid="lidnr" in names,
        item=WORD_LIST.search(style) is not None,
        signed=SIGNED in names,
        signer=bool(SIGNERS & names),
        speech=SPEECH in names,
    )
