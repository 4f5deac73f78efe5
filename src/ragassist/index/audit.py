"""Whether the parts of one generation agree: each check gives a sentence for whatever is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ragassist.index import manifest as manifests
from ragassist.index.generation import SEAL
from ragassist.index.lexical import SIDES, Lexical, terms
from ragassist.index.manifest import Manifest
from ragassist.index.records import Records
from ragassist.index.tokens import Tokens
from ragassist.index.vectors import Vectors

_TOGETHER = 8192  # vectors looked at in one go
_NAMED = 3  # ids named in one sentence
_UNIT = 1e-3  # how far the length of a vector may be from 1


class Parts(NamedTuple):
    """What one generation consists of."""

    folder: Path
    manifest: Manifest
    records: Records
    vectors: Vectors
    tokens: Tokens
    lexical: Lexical


_TABLES = ("documents", "exchanges", "passages")
# Rows that belong to nothing, by what they are.
_ORPHANS = {
    "paragraphs": "SELECT count(*) FROM paragraphs WHERE document NOT IN (SELECT ordinal FROM documents)",
    "footnotes": "SELECT count(*) FROM footnotes WHERE document NOT IN (SELECT ordinal FROM documents)",
    "exchanges": "SELECT count(*) FROM exchanges WHERE document NOT IN (SELECT ordinal FROM documents)",
    "passages": "SELECT count(*) FROM passages WHERE exchange NOT IN (SELECT ordinal FROM exchanges)",
}
# Documents of which a passage is not what stands in its paragraph.
_TORN = """
SELECT DISTINCT documents.id FROM passages
JOIN exchanges ON exchanges.ordinal = passages.exchange
JOIN documents ON documents.ordinal = exchanges.document
LEFT JOIN paragraphs ON paragraphs.document = exchanges.document AND position = passages.paragraph - 1
WHERE paragraphs.number IS NOT passages.paragraph
OR substr(paragraphs.text, start + 1, "end" - start) IS NOT passages.text
"""
# Documents of which an exchange names a paragraph that is not there.
_BEYOND = """
SELECT DISTINCT documents.id FROM exchanges
JOIN documents ON documents.ordinal = exchanges.document
JOIN (SELECT 'question' AS side UNION SELECT 'answer') AS sides
JOIN json_each(CASE side WHEN 'question' THEN question ELSE answer END) AS named
LEFT JOIN paragraphs ON paragraphs.document = exchanges.document AND position = named.value - 1
WHERE paragraphs.number IS NOT named.value
"""


def _files(parts: Parts) -> Iterator[str]:
    there = {path.relative_to(parts.folder).as_posix() for path in parts.folder.rglob("*") if path.is_file()}
    for name in sorted(there - set(parts.manifest.files) - {manifests.NAME, SEAL}):
        yield f"{parts.folder.name}/{name} is a file that the manifest does not list."


def _counts(parts: Parts) -> Iterator[str]:
    counts = parts.manifest.counts
    rows = {name: parts.records.rows(f"SELECT count(*) FROM {name}")[0][0] for name in _TABLES}  # noqa: S608  # constants
    found = [(f"{name} in the records", rows[name], counts[name]) for name in _TABLES]
    found += [
        ("sources in the manifest", len(parts.manifest.sources), counts["documents"]),
        ("vectors", len(parts.vectors), counts["passages"]),
        ("passages in the word index", parts.lexical.documents, counts["passages"]),
        ("passages in the word index, deleted ones included", parts.lexical.ever_added(), counts["passages"]),
        ("passages with a place for tokens", len(parts.tokens.starts) - 1, counts["passages"]),
        ("tokens", len(parts.tokens.values), counts["tokens"]),
        ("sizes of tokens", len(parts.tokens.steps), counts["tokens"]),
        ("tokens that belong to passages", int(parts.tokens.starts[-1]), counts["tokens"]),
    ]
    for name, is_, should in found:
        if is_ != should:
            yield f"There are {is_:,} {name}, and there should be {should:,}."


def _records(parts: Parts) -> Iterator[str]:
    stored = parts.records.rows("SELECT id, json_extract(metadata, '$.id') FROM documents ORDER BY ordinal")
    if stored != [(source.document, source.document) for source in parts.manifest.sources]:
        yield "The papers in the records are not those in the manifest."
    for name, sql in _ORPHANS.items():
        ((orphans,),) = parts.records.rows(sql)
        if orphans:
            yield f"There are {orphans:,} {name} in the records that belong to no paper."
    ((free,),) = parts.records.rows("PRAGMA freelist_count")
    if free:
        yield f"The records have {free:,} pages that were deleted and may still hold text."


def _passages(parts: Parts) -> Iterator[str]:
    wrongs = {
        "passages that are not what stands in their paragraph": _TORN,
        "exchanges with paragraphs that are not there": _BEYOND,
    }
    for wrong, sql in wrongs.items():
        ids = [id for (id,) in parts.records.rows(sql)]
        if ids:
            yield f"{', '.join(ids[:_NAMED])}{' and others' if len(ids) > _NAMED else ''}: {wrong}."


def _vectors(parts: Parts) -> Iterator[str]:
    wrong = 0
    for start in range(0, len(parts.vectors), _TOGETHER):
        rows = parts.vectors.rows(np.arange(start, min(start + _TOGETHER, len(parts.vectors))))
        lengths = np.linalg.norm(rows, axis=1)
        wrong += int(np.count_nonzero(~((np.abs(lengths - 1) < _UNIT) | (lengths == 0))))  # NaN is wrong too
    if wrong:
        yield f"There are {wrong:,} vectors that are not of unit length."
    if np.any(np.diff(parts.tokens.starts) < 0) or parts.tokens.starts[0] != 0:
        yield "The places of the tokens are out of order."


def _words(parts: Parts) -> Iterator[str]:
    """Every word of the index against every word of the records: what is in one is in the other, as often."""
    if sorted(parts.lexical.rows()) != list(range(parts.manifest.counts["passages"])):
        yield "The word index does not hold every passage once."
    owned = parts.records.rows("SELECT exchange, count(*) FROM passages GROUP BY exchange")
    if strange := sum(1 for ordinal, passages in owned if parts.lexical.passages_of(ordinal) != passages):
        yield f"The word index holds fewer or more passages of {strange:,} exchanges than these have."
    for side in SIDES:
        counted = Counter[str]()
        for (text,) in parts.records.rows("SELECT text FROM passages WHERE side = ?", [side]):
            counted.update(terms(text))
        indexed = parts.lexical.words(side)
        if more := sum(1 for word in indexed if word not in counted):
            yield f"The word index holds {more:,} words that stand in no passage ({side}s)."
        if fewer := sum(1 for word, times in counted.items() if indexed.get(word) != times):
            yield f"The word index holds {fewer:,} words in fewer or more passages than they stand in ({side}s)."


CHECKS: dict[str, Callable[[Parts], Iterator[str]]] = {
    "no file but those of the manifest": _files,
    "as many vectors, words, tokens and texts": _counts,
    "every record belongs to a paper": _records,
    "every passage and exchange stands in its paper": _passages,
    "every vector is whole": _vectors,
    "every word stands in a passage": _words,
}
