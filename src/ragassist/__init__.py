"""Ask Dutch parliamentary papers a question; get the government's answer word for word, with page and paragraph.

    from pathlib import Path
    from ragassist import Assistant

    assistant = Assistant.open(Path("index"))
    for hit in assistant.ask("Wat kost de EU-Talentenpool?").hits:
        print(hit.citation.text, hit.answer)

What `__all__` names is kept from version to version; anything else may move. Names are loaded when first used, so that
importing ragassist costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragassist.assistant import Assistant as Assistant
    from ragassist.assistant import Reply as Reply
    from ragassist.citation import Citation as Citation
    from ragassist.citation import cite as cite
    from ragassist.corpus import Changes as Changes
    from ragassist.corpus import index_corpus as index_corpus
    from ragassist.document import Document as Document
    from ragassist.document import Exchange as Exchange
    from ragassist.document import Footnote as Footnote
    from ragassist.document import Metadata as Metadata
    from ragassist.document import Paragraph as Paragraph
    from ragassist.encoder import Encoder as Encoder
    from ragassist.errors import RagassistError as RagassistError
    from ragassist.evaluation import Report as Report
    from ragassist.evaluation import compare as compare
    from ragassist.evaluation import evaluate as evaluate
    from ragassist.evaluation import read_questions as read_questions
    from ragassist.exchanges import find_exchanges as find_exchanges
    from ragassist.rendering import reply_json as reply_json
    from ragassist.rendering import reply_text as reply_text
    from ragassist.retrieval import CitedPassage as CitedPassage
    from ragassist.retrieval import Hit as Hit
    from ragassist.sandbox import parse_untrusted as parse_untrusted

__version__ = "0.1.0"

_HOMES = {  # name -> the module it lives in
    "Assistant": "assistant",
    "Changes": "corpus",
    "Citation": "citation",
    "CitedPassage": "retrieval",
    "Document": "document",
    "Encoder": "encoder",
    "Exchange": "document",
    "Footnote": "document",
    "Hit": "retrieval",
    "Metadata": "document",
    "Paragraph": "document",
    "RagassistError": "errors",
    "Reply": "assistant",
    "Report": "evaluation",
    "cite": "citation",
    "compare": "evaluation",
    "evaluate": "evaluation",
    "find_exchanges": "exchanges",
    "index_corpus": "corpus",
    "parse_untrusted": "sandbox",
    "read_questions": "evaluation",
    "reply_json": "rendering",
    "reply_text": "rendering",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'ragassist' has no attribute {name!r}")
    return getattr(import_module(f"ragassist.{_HOMES[name]}"), name)
