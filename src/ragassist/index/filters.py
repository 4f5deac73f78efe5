"""What may be searched: which papers, and which exchanges of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Filter:
    """An exchange is searched when it passes all of these; an empty one lets everything pass, so `Filter()` does.

    documents: ids of papers. fracties: parties by their names in `fracties.PARTIES`, of which one must have asked it,
    alone or in a joint group. years: of its paper, vergaderjaar, `2023-2024`. kinds: of its paper, as `Metadata.kind`.
    """

    documents: frozenset[str] = frozenset()
    fracties: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


ANY = Filter()
