"""The parliamentary groups of both Kamers: how papers and people write their names."""

from __future__ import annotations

import re

# Each party with the other ways to write its name. Joint groups (GroenLinks-PvdA) are several parties at once.
PARTIES: dict[str, tuple[str, ...]] = {
    "50PLUS": ("50Plus",),
    "BBB": ("BoerBurgerBeweging",),
    "BIJ1": ("Bij1",),
    "BVNL": ("Belang van Nederland", "Groep Van Haga", "lid Van Haga"),
    "CDA": ("Christen-Democratisch Appèl",),
    "ChristenUnie": ("Christen Unie", "CU"),
    "D66": ("D’66", "D'66", "Democraten 66"),
    "DENK": (),
    "FVD": ("FvD", "Forum voor Democratie"),
    "GroenLinks": ("Groen Links", "GL"),
    "JA21": ("Ja21",),
    "NSC": ("Nieuw Sociaal Contract", "lid Omtzigt"),
    "OPNL": ("Onafhankelijke Politiek Nederland", "OSF"),
    "PvdA": ("Partij van de Arbeid",),
    "PvdD": ("Partij voor de Dieren",),
    "PVV": ("Partij voor de Vrijheid",),
    "SGP": ("Staatkundig Gereformeerde Partij",),
    "SP": ("Socialistische Partij",),
    "Volt": (),
    "VVD": (),
}
WORDS = {"denk", "volt", "gl", "cu"}  # ordinary words or units too: written otherwise they count only beside "fractie"


def _pattern(name: str) -> str:
    escaped = re.escape(name)
    if name.casefold() in WORDS:
        return rf"\b{escaped}\b|\b(?i:{escaped})(?=[- ]fractie)|(?<=fractie van )(?i:{escaped})\b"
    return rf"\b(?i:{escaped})\b"


LONGEST = 100  # characters; no heading of names alone was seen to be longer

PATTERNS = {party: re.compile("|".join(map(_pattern, (party, *others)))) for party, others in PARTIES.items()}


def parties(text: str) -> frozenset[str]:
    """The parties that a text names, in whatever spelling: `de GroenLinks/PvdA fractie` names two."""
    return frozenset(party for party, pattern in PATTERNS.items() if pattern.search(text))


def is_name(text: str) -> bool:
    """Whether a text is the name of a group, or of several, and nothing else."""
    if len(text) > LONGEST:
        return False
    rest = re.sub(r"^(?:[A-Z]|[IVX]+|\d+)\. ", "", text)
    for pattern in PATTERNS.values():
        rest = pattern.sub("", rest)
    rest = re.sub(r"\b(?:de|fracties?|van|en|het|lid)\b|\W", "", rest, flags=re.IGNORECASE)
    return bool(parties(text)) and not rest
