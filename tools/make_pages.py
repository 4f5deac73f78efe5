"""Make the papers of tests/papers/xml as pages of zoek.officielebekendmakingen.nl, in tests/papers/html.

    python tools/make_pages.py                 all of them
    python tools/make_pages.py kst-99002-7     one

The pages have the site's structure (its classes, a table instead of the printed head, notes at the end, chrome all
around) and the same words. The XML is read here by its own few rules, not by ragassist's, so that the two can be held
against each other.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from html import escape
from itertools import count
from pathlib import Path

from lxml import etree

PAPERS = Path(__file__).resolve().parent.parent / "tests" / "papers"
SITE = "https://zoek.officielebekendmakingen.nl"
# Elements that are one of HTML with a class.
INLINE = {
    "sup": ("sup", ""),
    "inf": ("sub", ""),
    "naam": ("span", "naam"),
    "voornaam": ("span", "voornaam"),
    "achternaam": ("span", "achternaam"),
    "functie": ("span", "functie"),
    "datum": ("span", "datum"),
    "dossiernummer": ("span", "dossiernummer"),
    "stuknr": ("span", "stuknummer"),
}
EMPHASIS = {"vet": ("strong", "vet"), "cur": ("em", "cur"), "vetcur": ("strong", "vetcur")}
BLOCKS = {
    "al": ("p", ""),
    "al-groep": ("div", "alineagroep"),
    "datumtekst": ("p", "kamerstukdatum"),
    "kamervraagomschrijving": ("h1", "kamervraagomschrijving_kop no-toc"),
    "ondertekening": ("p", "ondertekening"),
    "bijschrift": ("p", "bijschrift"),
    "box": ("div", "kader"),
    "wat": ("p", "wat"),
    "wie": ("p", "wie"),
    "considerans.al": ("p", "considerans.al"),
    "vergaderingtitel": ("p", "vergaderingtitel"),
    "vergaderdatum": ("p", "vergaderdatum"),
    "definitielijst": ("dl", "definitielijst"),
    "term": ("dt", ""),
    "definitie": ("dd", ""),
}
DIVIDED = BLOCKS.keys() | set(
    "lijst lid table kop tussenkop nr stuk agendapunt spreekbeurt plaatje definitie-item".split()
)
LEFT_OUT = frozenset({"metadata", "kamerstukkop", "kamervraagkop", "handelingenkop", "kamervraagnummer", "illustratie"})
CHROME = """<header class="header"><div class="header__start"><a class="logo" href="/">Overheid.nl</a>
<nav class="header__primary-nav" id="nav"><ul>
<li><a href="/">Home</a></li><li><a href="/uitgebreidzoeken">Uitgebreid zoeken</a></li>
</ul></nav></div></header>
<div class="row row--page-opener"><nav class="breadcrumb"><p>U bent hier:</p>
<ol><li><a href="/">Home</a></li><li>{kind}</li></ol></nav></div>"""
AFTER = """<div class="sidebar" id="extrainfo"><h2>Acties</h2>
<ul class="pageactions"><li><a href="{name}.pdf">Download PDF</a></li><li><a href="{name}.odt">Download ODT</a></li>
<li><button type="button">Delen</button></li></ul></div>
<div class="modal" id="delenModal" hidden><h2>Delen</h2><p>Kopieer de link naar uw clipboard</p></div>
<footer class="footer row--footer"><p>Over deze website</p><ul><li><a href="/contact">Contact</a></li></ul></footer>
<script>var toets = "<p>geen tekst</p>";</script>"""


class Page:
    """One paper as a page: the walk through its XML, and the notes met on the way."""

    def __init__(self, root: etree._Element, name: str) -> None:
        self.root, self.name = root, name
        self.ids = count(41)
        self.notes: list[str] = []
        self.of_table: list[str] = []
        self.turns: dict[str, Callable[[etree._Element], str]] = {
            "noot": self._note,
            "nadruk": lambda e: self._wrap(e, *EMPHASIS[e.get("type", "vet")]),
            "extref": lambda e: f'<a href="{escape((e.get("doc") or "").strip())}">{self._inside(e)}</a>',
            "lijst": self._list,
            "lid": self._lid,
            "lidnr": lambda e: f'<p class="lid"><span class="lidnr">{self._inside(e)}</span></p>\n',
            "table": self._table,
            "kop": self._heading,
            "tussenkop": lambda e: self._wrap(e, "p", f"tussenkop tussenkop_{e.get('kopopmaak', 'vet')}") + "\n",
            "nr": lambda e: f'<h2 class="stuktitel">{self._inside(e)}</h2>\n',
            "dossier": lambda e: f'<h1 class="dossiertitel">{self._spaced(e)}</h1>\n',
            "stuk": self._stuk,
            "agendapunt": self._item,
            "spreekbeurt": self._speech,
            "plaatje": lambda e: (
                f'<div class="plaatje"><img src="plaatje.png" alt="Afbeelding"/>{self._inside(e)}</div>\n'
            ),
            "label": lambda e: f'<p class="gegeven">{self._inside(e)}</p>\n',
        }

    def html(self) -> str:
        """The whole page."""
        paper = "".join(self._element(child) for child in self.root)
        notes = f'<div id="noten">\n<hr/>\n{"".join(self.notes)}</div>\n' if self.notes else ""
        kind = {"ah": "Kamervragen (Aanhangsel)", "h-": "Handelingen"}.get(self.name[:2], "Kamerstuk")
        return (
            f'<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8"/>\n<title>{kind} {self.name}</title>\n'
            f'<link rel="canonical" href="{SITE}/{self.name}.html"/>\n{self._metadata()}</head>\n<body>\n'
            f'{CHROME.format(kind=kind)}\n<div id="content" role="main" class="content content--publication">\n'
            f'<h1>{kind}</h1>\n{self._facts()}<div id="broodtekst" class="stuk broodtekst-container">\n{paper}{notes}'
            f"</div>\n</div>\n{AFTER.format(name=self.name)}\n</body>\n</html>\n"
        )

    def _printed(self, inhoud: str) -> str:
        return next((e.text or "" for e in self.root.iter("tekstregel") if e.get("inhoud") == inhoud), "")

    def _dossier(self) -> str:
        parts = [(e.text or "").replace(" ", "") for e in self.root.iterfind("*/dossier[1]/dossiernummer/*")]
        return "-".join(part for part in parts if not part.startswith("(R"))

    def _metadata(self) -> str:
        given = [(e.get("name") or "", e.get("content") or "") for e in self.root.iter("meta")]
        told = {
            "DC.identifier": self.name,
            "DC.creator": self._printed("kameraanduiding"),
            "OVERHEIDop.vergaderjaar": self._printed("vergaderjaar").removeprefix("Vergaderjaar "),
            "OVERHEIDop.ondernummer": ";".join(e.text or "" for e in self.root.iter("ondernummer")),
            "OVERHEIDop.dossiernummer": self._dossier(),
        }
        given += [row for row in told.items() if row[0] not in dict(given)]
        return "".join(f'<meta name="{name}" content="{escape(content)}"/>\n' for name, content in given if content)

    def _facts(self) -> str:
        year = self._printed("vergaderjaar").removeprefix("Vergaderjaar ")
        return (
            '<table class="table__data-overview"><thead><tr><th>Organisatie</th><th>Vergaderjaar</th></tr></thead>'
            f"<tbody><tr><td>{self._printed('kameraanduiding')}</td><td>{year}</td></tr></tbody></table>\n"
        )

    def _element(self, element: etree._Element) -> str:
        tag = element.tag
        if tag in LEFT_OUT or not isinstance(tag, str):
            return ""
        if tag in self.turns:
            return self.turns[tag](element)
        if tag in INLINE:
            return self._wrap(element, *INLINE[tag])
        if tag in BLOCKS:
            return self._wrap(element, *BLOCKS[tag]) + "\n"
        if any(child.tag in DIVIDED for child in element.iterdescendants()):
            return f'<div class="{tag}">\n{self._inside(element)}</div>\n'
        return self._inside(element)

    def _inside(self, element: etree._Element) -> str:
        text = escape(element.text or "", quote=False)
        return text + "".join(self._element(child) + escape(child.tail or "", quote=False) for child in element)

    def _spaced(self, element: etree._Element) -> str:
        return " ".join(self._element(child) for child in element)

    def _wrap(self, element: etree._Element, tag: str, named: str) -> str:
        attribute = f' class="{named}"' if named else ""
        return f"<{tag}{attribute}>{self._inside(element)}</{tag}>"

    def _note(self, note: etree._Element) -> str:
        key = f"ID-{self.name}-d37e{next(self.ids)}"
        mark = note.findtext("noot.nr")
        text = "".join(f"<p>{self._inside(al)}</p>" for al in note.iter("noot.al"))
        body = (
            f'<div class="voet noot snp-mouseoffset snb-pinned notedefault" id="supernote-note-{key}">\n'
            f'<h5 class="note-close"><a class="note-close" href="#close-{key}">X</a> Noot\n</h5>'
            f'<sup><span class="nootnum"><a id="{key}" name="{key}"></a>{mark}</span></sup>{text}\n</div>\n'
        )
        (self.of_table if note.get("type") == "tabel" else self.notes).append(body)
        return f'<sup><a class="nootnum supernote-click-{key}" href="#{key}">{mark}</a></sup>'

    def _list(self, element: etree._Element) -> str:
        marks = [li.findtext("li.nr") or "" for li in element.findall("li")]
        for kind, signs in (("1", "123456789"), ("a", "abcdefghi")):
            if marks == [f"{sign}." for sign in signs[: len(marks)]]:
                items = "".join(f'<li class="li">{self._item_of(li, "")}</li>\n' for li in element.findall("li"))
                return f'<ol class="whitespace-small list-style-dot" type="{kind}">\n{items}</ol>\n'
        rows = zip(element.findall("li"), marks, strict=True)
        items = "".join(f'<li class="li">{self._item_of(li, mark)}</li>\n' for li, mark in rows)
        return f'<ul class="expliciet whitespace-small">\n{items}</ul>\n'

    def _item_of(self, item: etree._Element, mark: str) -> str:
        parts = [child for child in item if child.tag not in {"li.nr", "lidnr"}]
        if not mark or not parts or parts[0].tag != "al":
            return "".join(self._element(child) for child in parts)
        first = f'<p class="labeled"><span class="ol">{mark} </span>{self._inside(parts[0])}</p>\n'
        return first + "".join(self._element(child) for child in parts[1:])

    def _lid(self, lid: etree._Element) -> str:
        item = self._item_of(lid, lid.findtext("lidnr") or "").replace('"ol"', '"lidnr ol"', 1)
        return f'<ul class="expliciet artikel_leden whitespace-small">\n<li>{item}</li>\n</ul>\n'

    def _table(self, table: etree._Element) -> str:
        title = table.find("title")
        caption = f"<caption>{self._inside(title)}</caption>" if title is not None else ""
        rows = "".join(
            f"<tr>{''.join(self._entry(entry, tag) for entry in row)}</tr>\n"
            for group, tag in (("thead", "th"), ("tbody", "td"))
            for row in table.iterfind(f"tgroup/{group}/row")
        )
        self.of_table, notes = [], self.of_table
        below = f'<div class="tabelnoten"><hr/>\n{"".join(notes)}</div>\n' if notes else ""
        return f'<table class="standaard">{caption}\n<tbody>\n{rows}</tbody>\n</table>\n{below}'

    def _entry(self, entry: etree._Element, tag: str) -> str:
        columns = [int((entry.get(name) or "col0")[3:]) for name in ("namest", "nameend")]
        wide = f' colspan="{columns[1] - columns[0] + 1}"' if all(columns) else ""
        high = f' rowspan="{int(entry.get("morerows", "0")) + 1}"' if entry.get("morerows") else ""
        return f"<{tag}{wide}{high}>{self._inside(entry)}</{tag}>"

    def _heading(self, kop: etree._Element) -> str:
        level = min(1 + sum(1 for _ in kop.iterancestors("divisie")), 6)
        of = next(kop.iterancestors()).tag
        named = f"divisiekop{level - 1}" if of == "divisie" else f"{of}_kop no-toc"
        inside = " ".join(self._inside(part) for part in kop)
        return f'<h{max(level, 2)} class="{named}">{inside}</h{max(level, 2)}>\n'

    def _stuk(self, stuk: etree._Element) -> str:
        head = " ".join(self._element(part) for part in stuk if part.tag in {"stuknr", "titel"})
        rest = "".join(self._element(part) for part in stuk if part.tag not in {"stuknr", "titel"})
        return f'<h1 class="stuktitel">{head}</h1>\n{rest}'

    def _item(self, item: etree._Element) -> str:
        head = " ".join(self._inside(part) for part in item if part.tag in {"nr", "item-titel"})
        rest = "".join(self._element(part) for part in item if part.tag not in {"nr", "item-titel"})
        return f'<h1 class="item-titel">{head}</h1>\n{rest}'

    def _speech(self, speech: etree._Element) -> str:
        speaker = speech.find("spreker")
        who = "".join(map(str, speaker.itertext())) if speaker is not None else ""
        rest = "".join(self._element(part) for part in speech if part.tag != "spreker")
        return f'<div class="spreekbeurt">\n<div class="alineagroep">\n<p>{escape(who)}</p>\n</div>\n{rest}</div>\n'


def main(names: list[str]) -> None:
    """Writes the pages of these papers, of all when none is named."""
    (PAPERS / "html").mkdir(exist_ok=True)
    for path in sorted((PAPERS / "xml").glob("*.xml")):
        if not names or path.stem in names:
            page = Page(etree.parse(path).getroot(), path.stem).html()
            (PAPERS / "html" / f"{path.stem}.html").write_text(page, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
