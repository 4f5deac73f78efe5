"""What the page says, in Dutch and English; papers are quoted in Dutch either way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ragassist.rendering import Lang


@dataclass(frozen=True, slots=True)
class Texts:
    """The sentences of one language; what stands in braces is filled in."""

    tagline: str
    heading: str
    intro: str
    examples: str
    papers: str
    more: str
    views: str
    questions: str
    papers_view: str
    none: str
    first: str
    box: str
    placeholder: str
    wait: str
    ask: str
    chat: str
    starting: str
    indexing: str
    source: str
    close: str
    open: str
    copied: str
    uncopied: str
    question: str
    reply: str
    empty: str
    too_long: str
    too_large: str
    not_ready: str
    broken: str
    unknown: str


TEXTS: dict[Lang, Texts] = {
    "nl": Texts(
        tagline="antwoorden uit Kamerstukken, met vindplaats",
        heading="Wat wilt u weten?",
        intro="Stel een vraag in gewoon Nederlands. U krijgt het antwoord dat de regering gaf, woord voor woord, "
        "met de plaats waar het staat.",
        examples="Bijvoorbeeld",
        papers="Doorzoekbaar",
        more="en nog {count}",
        views="Onderdelen",
        questions="Vragen",
        papers_view="Stukken",
        none="Er zijn nog geen stukken.",
        first="Voeg de eerste stukken toe",
        box="Uw vraag",
        placeholder="Stel uw vraag…",
        wait="Een ogenblik, de stukken worden klaargezet…",
        ask="Vraag",
        chat="Vragen en antwoorden",
        starting="ragassist start",
        indexing="De stukken worden doorzoekbaar gemaakt",
        source="Bron",
        close="Sluit de bron",
        open="Open de bron in een eigen tabblad",
        copied="Gekopieerd",
        uncopied="Kopiëren lukte niet",
        question="Vraag",
        reply="Antwoord",
        empty="Typ eerst een vraag.",
        too_long="Deze vraag telt {length} tekens; stel er een van hoogstens {limit}. Uw tekst staat nog in het vak.",
        too_large="Dit is te veel tekst voor een vraag. Hij staat nog in het vak; maak hem korter.",
        not_ready="De stukken worden nog klaargezet. Probeer het zo weer; uw vraag staat nog in het vak.",
        broken="Er ging iets mis; uw vraag staat nog in het vak. In het venster waarin ragassist draait staat meer.",
        unknown="Dit stuk is hier niet geladen.",
    ),
    "en": Texts(
        tagline="answers from Dutch parliamentary papers, with their place",
        heading="What would you like to know?",
        intro="Ask a question, best in Dutch. You get the answer that the Dutch government gave, word for word, "
        "with the place where it stands.",
        examples="For example",
        papers="Searchable",
        more="and {count} more",
        views="Parts",
        questions="Questions",
        papers_view="Papers",
        none="There are no papers yet.",
        first="Add the first papers",
        box="Your question",
        placeholder="Ask your question…",
        wait="One moment, the papers are being prepared…",
        ask="Ask",
        chat="Questions and answers",
        starting="ragassist is starting",
        indexing="The papers are being made searchable",
        source="Source",
        close="Close the source",
        open="Open the source in a tab of its own",
        copied="Copied",
        uncopied="Could not copy",
        question="Question",
        reply="Answer",
        empty="Type a question first.",
        too_long="This question has {length} characters; ask one of at most {limit}. Your text is still in the box.",
        too_large="This is too much text for a question. It is still in the box; make it shorter.",
        not_ready="The papers are still being prepared. Try again in a moment; your question is still in the box.",
        broken="Something went wrong; your question is still in the box. The window that ragassist runs in says more.",
        unknown="This paper is not loaded here.",
    ),
}


def language(headers: Mapping[str, str]) -> Lang:
    """The first of our languages that the browser asks for; Dutch where it asks for neither."""
    wishes = []
    for wish in headers.get("accept-language", "")[:500].split(","):
        name, _, weight = wish.partition(";")
        quality = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d*)?)\s*", weight)
        wishes.append((-(float(quality[1]) if quality else 1.0), name.strip()[:2].lower()))
    asked = [name for _, name in sorted(wishes, key=lambda wish: wish[0])]
    return "en" if "en" in asked and "nl" not in asked[: asked.index("en")] else "nl"
