"""Reply -> JSON, and the other plain forms in which a reply leaves: what scripts and clipboards get."""

from __future__ import annotations

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


def quotation(hit: Hit) -> str:
    """The cited paragraphs in reading order with their reference; (…) stands for paragraphs left out between them."""
    lines: list[str] = []
    last = None
    for passage in sorted(hit.passages, key=lambda passage: passage.paragraph):
        if last is not None and passage.paragraph > last + 1:
            lines.append("(…)")
        lines.append(passage.text)
        last = passage.paragraph
    quoted = "\n\n".join(lines)
    return f"“{quoted}”\n\n{hit.citation.text}\n{hit.citation.url}"


def view_link(question: str, document: str, paragraph: int) -> str:
    """The app's address, from its root, of this question with the source open at this paragraph."""
    return f"/?{urlencode({'q': clean(question), 'doc': document}, quote_via=quote)}#p{paragraph}"


def question_link(question: str) -> str:
    """The app's address, from its root, of this question."""
    return f"/?{urlencode({'q': clean(question)}, quote_via=quote)}"


def source_link(document: str) -> str:
    """The app's address, from its root, of a paper opened without a question."""
    return f"/?{urlencode({'doc': document}, quote_via=quote)}"
