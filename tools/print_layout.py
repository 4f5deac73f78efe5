"""A paper of official XML as a flat OpenDocument text, laid out as the official print is.

The XML is read here by its own few rules, not by ragassist's, so that the two can be held against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from itertools import count, groupby
from pathlib import Path

from lxml import etree

LAYOUT = Path(__file__).with_suffix(".fodt")
SOFT_HYPHEN = "\u00ad"
SYLLABLES = re.compile(r"(?<=[aeiou][bcdfghjklmnpqrstvwxz])(?=[bcdfghklmnpqrstvwxz][aeiou])")
LONG_WORD = re.compile(r"(?<![\w./@])[^\W\d_]{9,}(?![\w./@])")
SPANS = {
    "vet": "Bold",
    "cur": "Italic",
    "vetcur": "Bold_20_italic",
    "sup": "Raised",
    "inf": "Lowered",
    "kamervraagonderwerp": "Italic",
}
LEVELS = 4  # of lists: no paper here has more than two
ROMAN = "i ii iii iv v vi vii viii ix x".split()


class Paper:
    """One paper of official XML as a flat OpenDocument text in the layout of print."""

    def __init__(self, root: etree._Element, identifier: str, *, hyphens: bool) -> None:
        self.root = root
        self.identifier = identifier
        self.hyphens = hyphens  # words may be broken at the ends of lines
        self.lists: dict[tuple[str, str], str] = {}
        self.names = count(1)
        self.apart = True  # white space stands above the next paragraph
        self.wide = ""  # what style names end in where the text takes the page's whole width
        self.blocks: dict[str, Callable[[etree._Element, int], Iterator[str]]] = {
            "al": self._al,
            "wat": self._al,
            "wie": self._al,
            "considerans.al": self._al,
            "functie": self._al,
            "naam": self._al,
            "label": self._al,
            "bijschrift": self._al,
            "vergaderingtitel": self._al,
            "vergaderdatum": self._al,
            "kamervraagomschrijving": self._al,
            "datumtekst": self._al,
            "al-groep": self._group,
            "kop": self._heading,
            "tussenkop": self._heading,
            "spreker": self._heading,
            "kamervraagnummer": self._number,
            "nr": self._heading,
            "lijst": self._list,
            "lid": self._numbered,
            "lidnr": self._heading,
            "definitie-item": self._definition,
            "table": self._table,
            "box": self._box,
            "dossier": self._dossier,
            "stuk": self._stuk,
            "agendapunt": self._columns,
            "kamerstukkop": self._masthead,
            "kamervraagkop": self._masthead,
            "handelingenkop": self._masthead,
            "metadata": self._nothing,
        }

    def flat(self) -> str:
        """The whole paper as one XML file."""
        body = "\n".join(self._walk(self.root, 0))
        text = LAYOUT.read_text("utf-8")
        for place, filled in (
            ("list styles", "".join(_list_style(name, *key) for key, name in self.lists.items())),
            ("first footer", self._first_footer()),
            ("footer", _side_by_side("", f'<text:p text:style-name="Footer">{self._footer()}</text:p>')),
            ("body", body),
        ):
            text = text.replace(f"<!-- {place} -->", filled)
        return text

    def _walk(self, parent: etree._Element, level: int) -> Iterator[str]:
        for child in parent.iterchildren(tag=etree.Element):
            yield from self.blocks.get(str(child.tag), self._inside)(child, level)

    def _inside(self, element: etree._Element, level: int) -> Iterator[str]:
        yield from self._walk(element, level + (element.tag == "divisie"))

    def _nothing(self, element: etree._Element, level: int) -> Iterator[str]:
        yield from ()

    def _inline(self, element: etree._Element) -> str:
        parts = [self._escaped(element.text)]
        for child in element:
            style = SPANS.get(child.get("type", "") if child.tag == "nadruk" else str(child.tag))
            if child.tag == "naam" and element.tag in {"kamervraagomschrijving", "spreker"}:
                style = "Bold"
            if child.tag == "noot":
                parts.append(self._note(child))
            elif isinstance(child.tag, str):
                inner = self._inline(child)
                parts.append(f'<text:span text:style-name="{style}">{inner}</text:span>' if style else inner)
            parts.append(self._escaped(child.tail))
        return "".join(parts)

    def _escaped(self, text: str | None) -> str:
        text = re.sub(r"\s+", " ", text or "")
        if self.hyphens:
            text = LONG_WORD.sub(lambda word: SYLLABLES.sub(SOFT_HYPHEN, word[0]), text)
        return escape(text)

    def _note(self, note: etree._Element) -> str:
        mark = note.findtext("noot.nr", "")
        label = "" if mark.isdecimal() else f' text:label="{escape(mark)}"'
        body = "".join(
            f'<text:p text:style-name="Footnote">{self._inline(al)}</text:p>' for al in note.iterchildren("noot.al")
        )
        return (
            f'<text:note text:id="ftn{next(self.names)}" text:note-class="footnote">'
            f"<text:note-citation{label}>{escape(mark)}</text:note-citation>"
            f"<text:note-body>{body}</text:note-body></text:note>"
        )

    def _paragraph(self, element: etree._Element, *, within: str = "") -> str:
        italic = [child for child in element if child.tag == "nadruk" and child.get("type") == "cur"]
        question = len(italic) == 1 and not (element.text or "").strip() and not (italic[0].tail or "").strip()
        style = within or ("Question" if question else f"Body{'_20_apart' if self.apart else ''}{self.wide}")
        return f'<text:p text:style-name="{style}">{self._inline(element)}</text:p>'

    def _al(self, element: etree._Element, level: int) -> Iterator[str]:
        yield self._paragraph(element)
        self.apart = True

    def _group(self, group: etree._Element, level: int) -> Iterator[str]:
        for child in group.iterchildren(tag=etree.Element):
            yield from self.blocks.get(str(child.tag), self._inside)(child, level)
            self.apart = False
        self.apart = True

    def _heading(self, heading: etree._Element, level: int) -> Iterator[str]:
        parts = [self._inline(part) for part in heading] if heading.tag == "kop" else [self._inline(heading)]
        label = heading.tag == "nr" and heading.getparent().tag in {"vraag", "antwoord"}  # type: ignore[union-attr]
        if any(above.tag == "officiele-inhoudsopgave" for above in heading.iterancestors()):
            bold = f'<text:span text:style-name="Bold">{parts[0]}</text:span>'
            yield f'<text:p text:style-name="Body_20_apart">{bold}</text:p>'
            return
        style = "Hi" if heading.get("kopopmaak") == "cur" else "H" if label else "Hb"
        yield _h(f"{style}{self.wide}", " ".join(parts), level + 1)
        self.apart = not label

    def _number(self, number: etree._Element, level: int) -> Iterator[str]:
        yield _h("Hn", self._inline(number), 1)

    def _list(self, list_: etree._Element, level: int) -> Iterator[str]:
        items = list_.iterchildren("li")
        for (kind, suffix), same in groupby(items, key=lambda item: _numbering(item.findtext("li.nr", ""))[:2]):
            yield self._items(kind, suffix, list(same))

    def _numbered(self, lid: etree._Element, level: int) -> Iterator[str]:
        kind, suffix, _ = _numbering(lid.findtext("lidnr", ""))
        yield self._items(kind, suffix, [lid])

    def _definition(self, item: etree._Element, level: int) -> Iterator[str]:
        """A term and its definition on one line, as an item that has no mark."""
        name = self.lists.setdefault(("", ""), f"L{len(self.lists) + 1}")
        text = " ".join(self._inline(part).strip() for part in item)
        yield (
            f'<text:list text:style-name="{name}"><text:list-item><text:p text:style-name="Body_20_apart">{text}'
            "</text:p></text:list-item></text:list>"
        )

    def _items(self, kind: str, suffix: str, items: list[etree._Element]) -> str:
        """Items whose marks are numbered the same way, as one list."""
        name = self.lists.setdefault((kind, suffix), f"L{len(self.lists) + 1}")
        parts = []
        expected = 1
        for item in items:
            number = _numbering(item.findtext("li.nr", "") or item.findtext("lidnr", ""))[2]
            start = "" if number == expected else f' text:start-value="{number}"'
            expected = number + 1
            parts.append(f"<text:list-item{start}>{self._content(item)}</text:list-item>")
        return f'<text:list text:style-name="{name}">{"".join(parts)}</text:list>'

    def _content(self, item: etree._Element) -> str:
        content: list[str] = []
        for child in item.iterchildren(tag=etree.Element):
            self.apart = False
            if child.tag not in {"li.nr", "lidnr"}:
                content += self.blocks.get(str(child.tag), self._inside)(child, 0)
        self.apart = True
        return "".join(content)

    def _table(self, table: etree._Element, level: int) -> Iterator[str]:
        if (title := table.find("title")) is not None:
            yield f'<text:p text:style-name="Body_20_apart">{self._inline(title)}</text:p>'
        columns = int(table.find("tgroup").get("cols", "1"))  # type: ignore[union-attr]
        rows = []
        below: dict[int, int] = {}  # columns that a cell above still covers, and in how many rows
        for row in table.iter("row"):
            entries = {_columns(entry)[0]: entry for entry in row.iterchildren("entry")}
            cells, column = [], 1
            while column <= columns:
                entry = entries.get(column)
                if entry is None:
                    cells.append("<table:covered-table-cell/>")
                    below[column] = below.get(column, 0) - 1
                    column += 1
                    continue
                first, last = _columns(entry)
                rows_below = int(entry.get("morerows", "0"))
                below[column] = rows_below
                spans = (
                    f' table:number-columns-spanned="{last - first + 1}" table:number-rows-spanned="{rows_below + 1}"'
                )
                content = "".join(self._paragraph(al, within="Cell") for al in entry.iterchildren("al"))
                cells.append(
                    f'<table:table-cell table:style-name="Plain" office:value-type="string"{spans}>'
                    f"{content or '<text:p/>'}</table:table-cell>" + "<table:covered-table-cell/>" * (last - first)
                )
                column = last + 1
            rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
        yield _table("Narrow", f'<table:table-column table:number-columns-repeated="{columns}"/>', "".join(rows))

    def _box(self, box: etree._Element, level: int) -> Iterator[str]:
        content = "".join(self._paragraph(al, within="Cell") for al in box.iterchildren("al"))
        cell = f'<table:table-cell table:style-name="Boxed" office:value-type="string">{content}</table:table-cell>'
        yield _table("Narrow", "<table:table-column/>", f"<table:table-row>{cell}</table:table-row>")

    def _dossier(self, dossier: etree._Element, level: int) -> Iterator[str]:
        number, title = dossier.find("dossiernummer"), dossier.find("titel")
        yield _side_by_side(self._head("Dossier", number), self._head("Dossier", title), cell="Ruled")

    def _stuk(self, stuk: etree._Element, level: int) -> Iterator[str]:
        number, title = stuk.find("stuknr"), stuk.find("titel")
        yield _side_by_side(self._head("Stuk", number), self._head("Stuk", title))
        for child in stuk.iterchildren(tag=etree.Element):
            if child.tag not in {"stuknr", "titel"}:
                yield from self.blocks.get(str(child.tag), self._inside)(child, level)

    def _head(self, style: str, element: etree._Element | None) -> str:
        return "" if element is None else f'<text:p text:style-name="{style}">{self._inline(element).strip()}</text:p>'

    def _masthead(self, head: etree._Element, level: int) -> Iterator[str]:
        lines = {line.get("inhoud", ""): (line.text or "").strip() for line in head.iterchildren("tekstregel")}
        yield _side_by_side(
            f'<text:p text:style-name="Chamber">{lines["kameraanduiding"]}</text:p>',
            f'<text:p text:style-name="Chamber_20_number">{lines.get("kamernummer", "")}</text:p>',
            table="Masthead",
        )
        kind = lines.get("documenttype", "")
        yield _side_by_side(
            f'<text:p text:style-name="Standard">{_dashed(lines["vergaderjaar"])}</text:p>',
            f'<text:p text:style-name="Stuk">{"" if kind == "Kamerstukken" else kind}</text:p>',
            cell="Ruled",
        )
        if "vraagtype" in lines:
            yield _side_by_side("", f'<text:p text:style-name="Stuk">{lines["vraagtype"]}</text:p>', cell="Ruled")

    def _columns(self, item: etree._Element, level: int) -> Iterator[str]:
        self.wide = "_20_wide"
        parts = [self._inline(part) for part in item if part.tag in {"nr", "item-titel"}]
        yield _h("Hb_20_wide", " ".join(parts), 1)
        yield '<text:section text:style-name="Columns" text:name="Kolommen">'
        for child in item.iterchildren(tag=etree.Element):
            if child.tag not in {"nr", "item-titel"}:
                yield from self.blocks.get(str(child.tag), self._inside)(child, level)
        yield "</text:section>"
        self.wide = ""

    def running(self) -> str:
        """The line at the foot of every page, without the page's number."""
        line = {line.get("inhoud"): (line.text or "").strip() for line in self.root.iter("tekstregel")}
        year = _dashed(line["vergaderjaar"]).replace("V", "v", 1)
        chamber = line["kameraanduiding"].replace("Kamer der Staten-Generaal", "Kamer")
        if line.get("documenttype") == "Aanhangsel van de Handelingen":
            return f"{chamber}, {year}, Aanhangsel"
        if line.get("documenttype") != "Kamerstukken":
            return f"{chamber}, {year}, Handelingen"
        dossier = _words(self.root.find(".//dossiernummer"))
        stuk = re.sub(" ?HERDRUK.*", "", _words(self.root.find(".//stuknr")))
        return f"{chamber}, {year}, {dossier}, {stuk.replace('Nr.', 'nr.')}"

    def _footer(self) -> str:
        return f'{self.running()}<text:tab/><text:page-number text:select-page="current">1</text:page-number>'

    def _first_footer(self) -> str:
        margin = (
            self.identifier,
            f"ISSN 0921 - {'7398' if self.identifier.startswith('ah') else '7371'}",
            self.printed(),
        )
        left = "".join(f'<text:p text:style-name="Margin">{line}</text:p>' for line in margin)
        return _side_by_side(left, f'<text:p text:style-name="Footer">{self._footer()}</text:p>', cell="Low")

    def printed(self) -> str:
        """Place and year of printing, the last year that the paper names as its own date."""
        dates = [date.get("isodatum", "")[:4] for date in self.root.iter("datum")]
        year = max(dates, default="") or re.findall(r"\d{4}", self.running())[-1]
        return f"’s-Gravenhage {year}"


def _numbering(mark: str) -> tuple[str, str, int]:
    """`1°` -> (`1`, `°`, 1); a mark that is no number or letter is a sign: (`–`, ``, 1)."""
    mark = mark.strip()
    found = re.fullmatch(r"(\d+|[a-z]|[ivx]+|[A-HJ-UYZ]|[IVX]+)(\W*)", mark)
    if not found:
        return mark, "", 1
    number, suffix = found.groups()
    if number.isdecimal():
        return "1", suffix, int(number)
    if re.fullmatch("[ivxIVX]+", number):
        kind = "I" if number.isupper() else "i"
        return kind, suffix, ROMAN.index(number.lower()) + 1
    return ("A" if number.isupper() else "a"), suffix, ord(number.lower()) - ord("a") + 1


def _list_style(name: str, kind: str, suffix: str) -> str:
    numbered = kind in {"", "1", "a", "A", "i", "I"}
    levels = []
    for level in range(1, LEVELS + 1):
        place = (
            '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
            f'<style:list-level-label-alignment text:label-followed-by="listtab" fo:text-indent="-0.45cm" '
            f'fo:margin-left="{5.47 + level * 0.45:.2f}cm"/></style:list-level-properties>'
        )
        if numbered:
            levels.append(
                f'<text:list-level-style-number text:level="{level}" style:num-format="{kind}" '
                f'style:num-suffix="{suffix}">{place}</text:list-level-style-number>'
            )
        else:
            levels.append(
                f'<text:list-level-style-bullet text:level="{level}" text:bullet-char="{kind}">{place}'
                "</text:list-level-style-bullet>"
            )
    return f'<text:list-style style:name="{name}">{"".join(levels)}</text:list-style>'


def _columns(entry: etree._Element) -> tuple[int, int]:
    column = entry.get("colname", "")
    first, last = entry.get("namest", column), entry.get("nameend", column)
    return int(first.removeprefix("col")), int(last.removeprefix("col"))


def _h(style: str, text: str, level: int) -> str:
    return f'<text:h text:style-name="{style}" text:outline-level="{level}">{text}</text:h>'


def _side_by_side(left: str, right: str, *, cell: str = "Plain", table: str = "Wide") -> str:
    cells = "".join(
        f'<table:table-cell table:style-name="{cell}" office:value-type="string">{content or "<text:p/>"}'
        "</table:table-cell>"
        for content in (left, right)
    )
    widths = ("Second", "First") if table == "Masthead" else ("First", "Second")
    return _table(
        table,
        "".join(f'<table:table-column table:style-name="{width}"/>' for width in widths),
        f"<table:table-row>{cells}</table:table-row>",
    )


def _table(style: str, columns: str, rows: str) -> str:
    return f'<table:table table:style-name="{style}">{columns}{rows}</table:table>'


def _dashed(year: str) -> str:
    return re.sub(r"(?<=\d)-(?=\d)", "–", year)


def _words(element: etree._Element | None) -> str:
    return "" if element is None else re.sub(r"\s+", " ", "".join(str(part) for part in element.itertext())).strip()
