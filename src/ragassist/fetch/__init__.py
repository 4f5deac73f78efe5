"""The official publications: find newer papers, and download them into the folder.

    with Client() as client:
        found = find(client, read("Kamerstukken II 2023/24, 21 501-31, nr. 745"))
        fetched = download(client, found, Path("corpus"))

The next indexing run reads what was saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ragassist.errors import FetchError, SiteUnavailable, UnknownReference
from ragassist.fetch import sru
from ragassist.fetch.http import Client, Pace
from ragassist.fetch.reach import Sites
from ragassist.fetch.saving import Folder, only_fetcher
from ragassist.fetch.sru import Record
from ragassist.references import TWEEDE_KAMER, Paper, Reference

__all__ = ["MOST", "Client", "Fetched", "Pace", "Record", "Sites", "download", "find"]

Telling: TypeAlias = Callable[[int, int, str], None]  # done, total, id of the paper in hand

MOST = 1000  # papers found by one question to the search


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a download did; prints as its summary.

    saved: document id -> its new file. there: ids that the folder holds already, unchanged. refused: for each paper
    that could not be had the sentence that says why. stopped: why the rest was not asked for, empty when all was.
    """

    saved: Mapping[str, Path]
    there: tuple[str, ...]
    refused: Mapping[str, str]
    stopped: str = ""

    def __str__(self) -> str:
        counts = f"{len(self.saved)} saved, {len(self.there)} there already"
        refused = f", {len(self.refused)} refused" if self.refused else ""
        return "\n".join([*(f"{id}: {file}" for id, file in self.saved.items()), f"{counts}{refused}."])


def find(
    client: Client, reference: Reference | None, *, text: str = "", since: str = "", most: int = MOST
) -> tuple[Record, ...]:
    """The papers that are meant: one, those of a dossier, or those with these words in them; newest first.

    since: ISO date from which on the papers are dated. A single paper that the search does not know yet is given all
    the same, to be tried. Raises UnknownReference for a number that the search does not have, SiteUnavailable and
    FetchError.
    """
    if isinstance(reference, Paper) and TWEEDE_KAMER.fullmatch(reference.id):
        raise UnknownReference(
            reference.id,
            "is a number of the Tweede Kamer itself, which the official publications do not have; give the number "
            "that is printed on the paper, such as 21 501-31, nr. 741, or save the file in the folder yourself.",
        )
    cql = sru.query(reference, text, since)
    if isinstance(reference, Paper):
        found = _pages(client, cql, 1)
        return tuple(record for record in found if record.id == reference.id) or (Record(reference.id),)
    return _pages(client, cql, most)


def _pages(client: Client, cql: str, most: int) -> tuple[Record, ...]:
    """The records of an answer, page by page, until there are no others."""
    found: dict[str, Record] = {}
    size, start = min(sru.PAGE, most), 1
    while len(found) < most:
        page = sru.read(client.read(sru.address(client.sites.search, cql, start, size), sru.LARGEST))
        new = {record.id: record for record in page.records if record.id not in found}
        found |= new
        start += size
        if not new or start > page.total:
            break
    return tuple(found.values())[:most]


def download(client: Client, records: Sequence[Record], corpus: Path, tell: Telling | None = None) -> Fetched:
    """Save each paper in its best format; what is there already and has not changed is not asked for again.

    tell: told how many of how many are done, and which is in hand. A paper that cannot be had is refused and the others
    go on; when a site cannot be reached or asks to be left alone, it stops there. Raises FetchError when another
    process fetches into the folder, CorpusError and SystemFault when nothing can be saved in it.
    """
    with only_fetcher(corpus):
        return _download(Folder(corpus, client), records, tell or _tell_nobody)


def _download(folder: Folder, records: Sequence[Record], tell: Telling) -> Fetched:
    saved: dict[str, Path] = {}
    there: list[str] = []
    refused: dict[str, str] = {}
    for done, record in enumerate(records):
        tell(done, len(records), record.id)
        try:
            file = folder.fetch(record)
        except SiteUnavailable as error:
            return Fetched(saved, tuple(there), refused, str(error))
        except FetchError as error:
            refused[record.id] = f"{record.id}: {error}"
        else:
            if file:
                saved[record.id] = file
            else:
                there.append(record.id)
    tell(len(records), len(records), "")
    return Fetched(saved, tuple(there), refused)


def _tell_nobody(done: int, total: int, id: str) -> None:
    pass
