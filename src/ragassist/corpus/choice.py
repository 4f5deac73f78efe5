"""Which file of a paper is read, where the folder holds several: a reprint before what it replaces, then the richer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath

from ragassist.formats import PARSERS
from ragassist.index import Source

REPRINT = re.compile(r"-h(\d+)$")  # kst-36410-XV-2-h1 is the first reprint (herdruk) of kst-36410-XV-2


def choose(files: Iterable[Source]) -> tuple[list[Source], Mapping[str, str]]:
    """One file of each paper, in the order of their names, and for each other file by name the sentence that says why.

    files: all that could be read. Those that hold no paper are left out, but for a copy of a file that tells which
    paper it is by its name alone.
    """
    papers: dict[str, list[Source]] = {}
    nameless = []
    for file in files:
        if file.document:
            papers.setdefault(paper_of(file), []).append(file)
        else:
            nameless.append(file)
    chosen, passed_over = [], {}
    for rivals in papers.values():
        best = min(rivals, key=rank)
        chosen.append(best)
        passed_over.update({file.name: f"{file.name}: {_why(file, best)}" for file in rivals if file is not best})
    read = {file.sha256: file for file in chosen}
    for file in nameless:
        if file.sha256 in read:
            passed_over[file.name] = f"{file.name}: {_why(file, read[file.sha256])}"
    return sorted(chosen, key=lambda file: file.name), passed_over


def paper_of(file: Source) -> str:
    """The paper that a file holds, whichever print of it."""
    return REPRINT.sub("", file.document)


def rank(file: Source) -> tuple[int, bool, int, bool, int, str]:
    """The least is best. Of equals the one that bears the paper's name is taken, so that no copy comes before it."""
    own_name = PurePath(file.name).stem == file.document
    return -_edition(file), not file.reprint, -_richness(file), not own_name, len(file.name), file.name


def _why(file: Source, best: Source) -> str:
    if file.sha256 == best.sha256:
        return f"passed over, it is the same file as {best.name}."
    if (_edition(file), file.reprint) != (_edition(best), best.reprint):
        return f"passed over, {best.name} is a reprint (herdruk) that replaces it."
    if _richness(file) != _richness(best):
        labels = PARSERS[best.kind].label, PARSERS[file.kind].label
        return f"passed over, {best.name} holds the same paper in a richer format ({labels[0]} before {labels[1]})."
    return f"passed over, it holds {file.document}, and so does {best.name}; remove one of them."


def _edition(file: Source) -> int:
    found = REPRINT.search(file.document)
    return int(found[1]) if found else 0


def _richness(file: Source) -> int:
    return PARSERS[file.kind].richness if file.kind in PARSERS else -1
