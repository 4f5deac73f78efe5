"""A paper of our own, replies about it, and an assistant that gives them at once: for tests of what is shown.

Run as a script it serves the page, after some indexing: `python tests/sample_replies.py [SECONDS [PORT]]`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from ragassist.abstention import Verdict
from ragassist.assistant import Assistant, Reply
from ragassist.citation import cite
from ragassist.corpus import Progress, Step
from ragassist.document import Document, Exchange, Footnote, Metadata, Paragraph
from ragassist.errors import QuestionError
from ragassist.index import Listed
from ragassist.retrieval import CitedPassage, Hit

ID = "kst-99999-7"
MINISTER = "Minister van Fietszaken"
SUBJECTS = (
    "bewaakte stallingen bij stations",
    "de kosten van een stallingsplaats",
    "weesfietsen op het perron",
    "laadpunten voor elektrische fietsen",
    "bakfietsen in de spits",
    "de veiligheid in de avond",
    "het onderhoud van de rekken",
    "gratis stallen in het eerste uur",
    "de samenwerking met gemeenten",
)  # fmt: skip
# Let through, each runs a script, loads something, breaks out of a tag, steers a terminal or hides what it says.
ATTACKS: list[str] = json.loads((Path(__file__).parent / "attacks.json").read_text("utf-8"))
FRACTIES = ("Fietspartij", "Groen Spoor", "Lijst Ketting")


def _paragraphs() -> tuple[Paragraph, ...]:
    heading = Paragraph(1, "Vragen en opmerkingen van de leden van de fractie van Fietspartij", "heading", 1)
    paragraphs = [heading]
    for subject in SUBJECTS:
        n, page = len(paragraphs) + 1, len(paragraphs) // 4 + 1
        evidence = f"Voor {subject} is in 2031 een bedrag van {n} miljoen euro uitgetrokken."
        more = " ".join([f"Dat bedrag is bedoeld voor {subject} in het hele land."] * 4)
        paragraphs += [
            Paragraph(n, f"De leden vragen naar {subject}. Wat gaat de Minister doen?", page=page),
            Paragraph(n + 1, f"Ik neem {subject} serieus. {evidence} {more}", page=page, notes=(1,) if n == 2 else ()),
            Paragraph(n + 2, f"Over {subject} volgt een brief. {more}", page=page, turns=((20, page + 1),)),
        ]
    return tuple(paragraphs)


DOCUMENT = Document(
    Metadata(
        ID, "Stallen & stations: «fietsen» in 2031", "Verslag van een schriftelijk overleg", "99999", "7", "2030-2031",
        "2031-05-01", "Tweede Kamer", "vaste commissie voor Fietszaken", MINISTER,
    ),
    _paragraphs(),
    (Footnote(1, "Bron: eigen telling.", 1),),
    pages=8,
    furniture=("Tweede Kamer, vergaderjaar 2030–2031, 99 999, nr. 7 1",),
)  # fmt: skip
EXCHANGES = tuple(
    Exchange(ID, str(n + 1), (FRACTIES[n % 3],), (3 * n + 2,), (3 * n + 3, 3 * n + 4), respondent=MINISTER)
    for n in range(len(SUBJECTS))
)


LISTED = (
    Listed(DOCUMENT.metadata, 8, ("Page 3 has no text layer.",), len(EXCHANGES), FRACTIES, f"{ID}.txt"),
    *(
        Listed(
            Metadata(
                f"kst-99998-{n}", f"{title} ({n})", "Motie", "99998", str(n), "2029-2030", f"2030-01-{n % 28 + 1:02}"
            ),
            None,
            (),
            n % 5,
            ("Lijst Ketting",),
            f"kst-99998-{n}.xml",
        )
        for n, title in enumerate(ATTACKS * (120 // len(ATTACKS) + 1), 1)
    ),
)


def hit(rank: int, exchange: Exchange, document: Document = DOCUMENT) -> Hit:
    """A hit on an exchange, whose first answering paragraph is cited and its second sentence highlighted."""
    texts = {number: document.paragraph(number).text for number in (*exchange.question, *exchange.answer)}
    number = exchange.answer[0]
    start = texts[number].find(". ") + 2
    end = texts[number].find(". ", start) + 1
    return Hit(
        rank=rank,
        score=1 / rank,
        document=document.metadata,
        exchange=exchange,
        question="\n\n".join(texts[n] for n in exchange.question),
        answer="\n\n".join(texts[n] for n in exchange.answer),
        citation=cite(document.metadata, [document.paragraph(number)]),
        passages=(CitedPassage(number, document.paragraph(number).page, texts[number], ((start, end),)),),
    )


def reply(question: str, verdict: Verdict = "found", exchanges: Sequence[Exchange] = EXCHANGES) -> Reply:
    """A reply with a hit on each of these exchanges."""
    hits = tuple(hit(rank, exchange) for rank, exchange in enumerate(exchanges, 1))
    return Reply(question, question, verdict, {"found": 0.9, "nearest": 0.4, "absent": 0.1}[verdict], 1.5, hits)


def attacked(question: str) -> Reply:
    """A reply that quotes every hostile text."""
    passages = tuple(CitedPassage(3, 1, text, ((0, len(text)),)) for text in ATTACKS)
    return replace(reply(question), hits=(replace(hit(1, EXCHANGES[0]), passages=passages),))


class SampleAssistant:
    """Finds the exchange whose subject the question names; "bijna" comes near one, "nergens" finds nothing.

    "aanval" brings hostile texts, one a paragraph.
    """

    trouble = ""

    def ask(self, question: str, k: int = 3, id: str | None = None) -> Reply:
        """The reply to a question; "weiger" and "kapot" in it go wrong in two ways."""
        if "weiger" in question:
            raise QuestionError("This question is refused.")
        if "kapot" in question:
            raise ValueError("broken on purpose")
        if "aanval" in question:
            return attacked(question)
        verdict: Verdict = "absent" if "nergens" in question else "nearest" if "bijna" in question else "found"
        named = sorted(EXCHANGES, key=lambda exchange: SUBJECTS[int(exchange.number) - 1] not in question)
        return reply(question, verdict, named[:k])

    def documents(self) -> tuple[Metadata, ...]:
        """The one paper."""
        return (DOCUMENT.metadata,)

    def listed(self) -> tuple[Listed, ...]:
        """The one paper, and many that are there for the list alone, with hostile titles."""
        return LISTED

    def document(self, id: str) -> Document:
        """The paper itself."""
        return {ID: DOCUMENT}[id]

    def exchanges(self, id: str) -> tuple[Exchange, ...]:
        """Its exchanges."""
        return {ID: EXCHANGES}[id]

    def examples(self, n: int = 4) -> tuple[str, ...]:
        """Questions to try."""
        return tuple(f"Wat kost het: {subject}?" for subject in SUBJECTS[:n])


def open_sample(progress: Progress, seconds: float = 0) -> Assistant:
    """Opens the sample assistant, after some seconds of telling how far it is."""
    for n in range(4 if seconds else 0):
        progress(Step("reading", n, 4, f"kst-99999-{n}.txt"))
        time.sleep(seconds / 4)
    return cast("Assistant", SampleAssistant())


if __name__ == "__main__":
    from ragassist.app import run

    seconds, port = [*sys.argv[1:], "0", "0"][:2]
    run(lambda progress: open_sample(progress, float(seconds)), port=int(port))
