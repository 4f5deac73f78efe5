"""Whether the parts of a segment agree: each check gives a sentence for whatever is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from ragassist.index.lexical import SIDES, terms
from ragassist.index.segment import Segment

_TOGETHER = 8192  # vectors looked at in one go
_NAMED = 3  # ids named in one sentence
_UNIT = 1e-3  # how far the length of a vector may be from 1

_TABLES = ("documents", "exchanges", "passages")
# Rows that belong to nothing, by what they are.
_ORPHANS = {
    "paragraphs": "SELECT count(*) FROM paragraphs WHERE document NOT IN (SELECT ordinal FROM documents)",
    "footnotes": "SELECT count(*) FROM footnotes WHERE document NOT IN (SELECT ordinal FROM documents)",
    "exchanges": "SELECT count(*) FROM exchanges WHERE document NOT IN (SELECT ordinal FROM documents)",
    "passages": "SELECT count(*) FROM passages WHERE exchange NOT IN (SELECT ordinal FROM exchanges)",
}
# Documents of which a passage is no stretch of its paragraph, or stands outside the rows of its exchange.
_TORN = """
SELECT DISTINCT documents.id FROM passages
JOIN exchanges ON exchanges.ordinal = passages.exchange
JOIN documents ON documents.ordinal = exchanges.document
LEFT JOIN paragraphs ON paragraphs.document = exchanges.document AND position = passages.paragraph - 1
WHERE paragraphs.number IS NOT passages.paragraph OR start < 0 OR "end" < start OR "end" > length(paragraphs.text)
OR row < first_row OR row >= end_row
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


def _files(segment: Segment) -> Iterator[str]:
    there = {path.relative_to(segment.folder).as_posix() for path in segment.folder.rglob("*") if path.is_file()}
    for name in sorted(there - set(segment.portion.files)):
        yield f"{segment.folder.name}/{name} is a file that the manifest does not list."


def _counts(segment: Segment) -> Iterator[str]:
    counts = segment.portion.counts
    rows = {name: segment.records.rows(f"SELECT count(*) FROM {name}")[0][0] for name in _TABLES}  # noqa: S608  # constants
    found = [(f"{name} in the records", rows[name], counts[name]) for name in _TABLES]
    found += [
        ("vectors", len(segment.vectors), counts["passages"]),
        ("passages in the word index", segment.lexical.documents, counts["passages"]),
        ("passages in the word index, deleted ones included", segment.lexical.ever_added(), counts["passages"]),
        ("passages with a place for tokens", len(segment.tokens.starts) - 1, counts["passages"]),
        ("tokens", len(segment.tokens), counts["tokens"]),
    ]
    for name, is_, should in found:
        if is_ != should:
            yield f"There are {is_:,} {name}, and there should be {should:,}."


def _records(segment: Segment) -> Iterator[str]:
    stored = segment.records.rows(
        "SELECT id, json_extract(metadata, '$.id'), json_extract(source, '$[0]') FROM documents"
    )
    if odd := sum(1 for id, *names in stored if names != [id, id]):
        yield f"The metadata or the source of {odd:,} papers in the records is that of another paper."
    for name, sql in _ORPHANS.items():
        ((orphans,),) = segment.records.rows(sql)
        if orphans:
            yield f"There are {orphans:,} {name} in the records that belong to no paper."
    ((free,),) = segment.records.rows("PRAGMA freelist_count")
    if free:
        yield f"The records have {free:,} pages that were deleted and may still hold text."


def _passages(segment: Segment) -> Iterator[str]:
    wrongs = {
        "passages that are not what stands in their paragraph": _TORN,
        "exchanges with paragraphs that are not there": _BEYOND,
    }
    for wrong, sql in wrongs.items():
        ids = [id for (id,) in segment.records.rows(sql)]
        if ids:
            yield f"{', '.join(ids[:_NAMED])}{' and others' if len(ids) > _NAMED else ''}: {wrong}."


def _vectors(segment: Segment) -> Iterator[str]:
    wrong = 0
    for start in range(0, len(segment.vectors), _TOGETHER):
        rows = segment.vectors.rows(np.arange(start, min(start + _TOGETHER, len(segment.vectors))))
        lengths = np.linalg.norm(rows, axis=1)
        wrong += int(np.count_nonzero(~((np.abs(lengths - 1) < _UNIT) | (lengths == 0))))  # NaN is wrong too
    if wrong:
        yield f"There are {wrong:,} vectors that are not of unit length."
    if np.any(np.diff(segment.tokens.starts) < 0) or segment.tokens.starts[0] != 0:
        yield "The places of the tokens are out of order."


def _words(segment: Segment) -> Iterator[str]:
    """Every word of the index against every word of the records: what is in one is in the other, as often."""
    if sorted(segment.lexical.rows()) != list(range(segment.portion.counts["passages"])):
        yield "The word index does not hold every passage once."
    owned = segment.records.rows("SELECT exchange, count(*) FROM passages GROUP BY exchange")
    if strange := sum(1 for ordinal, passages in owned if segment.lexical.passages_of(ordinal) != passages):
        yield f"The word index holds fewer or more passages of {strange:,} exchanges than these have."
    for side in SIDES:
        counted = Counter[str]()
        for text in segment.records.texts(side):
            counted.update(terms(text))
        indexed = segment.lexical.words(side)
        if more := sum(1 for word in indexed if word not in counted):
            yield f"The word index holds {more:,} words that stand in no passage ({side}s)."
        if fewer := sum(1 for word, times in counted.items() if indexed.get(word) != times):
            yield f"The word index holds {fewer:,} words in fewer or more passages than they stand in ({side}s)."


CHECKS: dict[str, Callable[[Segment], Iterator[str]]] = {
    "no file but those of the manifest": _files,
    "as many vectors, words, tokens and texts": _counts,
    "every record belongs to a paper": _records,
    "every passage and exchange stands in its paper": _passages,
    "every vector is whole": _vectors,
    "every word stands in a passage": _words,
}
