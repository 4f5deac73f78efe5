"""Reply -> JSON, and the other plain forms in which a reply leaves: what scripts and clipboards get."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ragassist.rendering.markup import clean

if TYPE_CHECKING:
    from ragassist.assistant import Reply
    from ragassist.retrieval import CitedPassage, Hit


def reply_json(reply: Reply) -> dict[str, Any]:
    """The reply as the shell promises it: keys in this order, texts as in the paper, offsets in characters."""
    return {
        "id": reply.id,
        "question": reply.question,
        "searched_as": reply.searched_as,
        "found": reply.found,
        "confidence": reply.confidence,
        "took_ms": reply.took_ms,
        "hits": [_hit(hit) for hit in reply.hits],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "score": hit.score,
        "document": hit.document.id,
        "exchange": hit.exchange.number,
        "fractie": list(hit.exchange.fractie),
        "member": list(hit.exchange.member),
        "question": hit.question,
        "answer": hit.answer,
        "citation": {
            "text": hit.citation.text,
            "url": hit.citation.url,
            "paragraphs": list(hit.citation.paragraphs),
            "pages": list(hit.citation.pages),
        },
        "passages": [_passage(passage) for passage in hit.passages],
    }


def _passage(passage: CitedPassage) -> dict[str, Any]:
    return {
        "paragraph": passage.paragraph,
        "page": passage.page,
        "text": passage.text,
        "highlights": [list(span) for span in passage.highlights],
    }


def asker(hit: Hit) -> str:
    """Who asked, as the paper writes it: the fracties, else the members; empty for a section."""
    return ", ".join(hit.exchange.fractie or hit.exchange.member)


def respondent(hit: Hit) -> str:
    """Who answered; empty where no one is named."""
    return hit.exchange.respondent or hit.document.respondent


def in_question(hit: Hit, passage: CitedPassage) -> bool:
    """Whether a cited paragraph belongs to the question."""
    return passage.paragraph in hit.exchange.question


def quotation(hit: Hit) -> str:
    """The cited paragraphs in reading order, each speaker's apart, with their reference; (…) for what is left out."""
    ordered = sorted(hit.passages, key=lambda passage: passage.paragraph)
    said = [
        f"{asker(hit) if asks else respondent(hit)}: “{_quoted(list(passages))}”".removeprefix(": ")
        for asks, passages in groupby(ordered, key=lambda passage: in_question(hit, passage))
    ]
    return "\n\n".join([*said, f"{hit.citation.text}\n{hit.citation.url}"])


def _quoted(passages: list[CitedPassage]) -> str:
    parts = [passages[0].text]
    for before, after in pairwise(passages):
        parts += [after.text] if after.paragraph == before.paragraph + 1 else ["(…)", after.text]
    return "\n\n".join(parts)


def view_link(question: str, document: str, paragraph: int) -> str:
    """The app's address, from its root, of this question with the source open at this paragraph."""
    return f"/?{urlencode({'q': clean(question), 'doc': document}, quote_via=quote)}#p{paragraph}"


def question_link(question: str) -> str:
    """The app's address, from its root, of this question."""
    return f"/?{urlencode({'q': clean(question)}, quote_via=quote)}"


def source_link(document: str) -> str:
    """The app's address, from its root, of a paper opened without a question."""
    return f"/?{urlencode({'doc': document}, quote_via=quote)}"
